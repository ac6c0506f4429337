/** A run from its prompt to its end. */
import type { EventEnvelope, RouteBody, RunOutcome } from '../contract/index.js';
import type { CallOptions, Calls } from './calls.js';
import { type FollowOptions, followLog, offlineMsMaxDefault } from './log-stream.js';
import { methods } from './routes.js';

/** Short enough for proxies that cut requests which are silent for a minute. */
const waitMs = 50_000;

/** The events of a run up to its terminal one, and then what came of it. */
export class RunFollower implements AsyncIterable<EventEnvelope, RunOutcome, void> {
  constructor(
    private readonly calls: Calls,
    private readonly runId: string,
    private readonly options: FollowOptions,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<EventEnvelope, RunOutcome, void> {
    const { calls, runId } = this;
    yield* followLog(calls, { route: 'streamRunEvents', id: runId, runId }, this.options);
    return this.result();
  }

  /** Once the run has ended; whether or not somebody iterates. A run that failed resolves too. */
  result(): Promise<RunOutcome> {
    const { signal, offlineMsMax } = this.options;
    return waitForEnd(this.calls, this.runId, { signal, retryMsMax: offlineMsMax });
  }
}

/** Waits as long as the run takes. A signal ends the waiting and leaves the run alone. */
export async function createAndWait(
  calls: Calls,
  body: RouteBody<'createRun'>,
  { signal, ...options }: CallOptions,
): Promise<RunOutcome> {
  const [, address] = methods.runs.create;
  const { runId } = (await calls.ask<'createRun'>(address, { body }, { signal, ...options })).body;
  return waitForEnd(calls, runId, { signal });
}

async function waitForEnd(
  calls: Calls,
  runId: string,
  { signal, retryMsMax = offlineMsMaxDefault }: CallOptions,
): Promise<RunOutcome> {
  const [, address] = methods.runs.wait;
  const question = { ids: [runId], query: { timeoutMs: waitMs } };
  for (;;) {
    const { body } = await calls.ask<'waitForRun'>(address, question, { signal, retryMsMax });
    if (body.timedOut === undefined) return body;
  }
}

/**
 * Puts a run into the turn of another one. The run left the queue durably before (`steering`), so whatever crashes, the
 * agent is told at most once; its end is written before the other run ends, so that the session is never free meanwhile.
 */
import type { AdmittedRun, HarnessName } from '../contract/index.js';
import type { Dispatcher } from './dispatcher.js';
import type { Clock } from './ports/clock.js';
import type { Harness } from './ports/harness.js';
import type { AnswerRecord, NewRun, RunStore, SteerEnd } from './ports/store.js';
import type { SteerReport } from './turn-steers.js';

export class Steering {
  constructor(
    private readonly store: RunStore,
    private readonly dispatcher: Pick<Dispatcher, 'steer'>,
    private readonly harnesses: ReadonlyMap<HarnessName, Harness>,
    private readonly clock: Clock,
  ) {}

  canSteer(harness: HarnessName): boolean {
    return this.harnesses.get(harness)?.capabilities.steer === true;
  }

  /** What became of the run, when that is on the disk. */
  steer(
    into: string,
    { runId, prompt }: Pick<NewRun, 'runId' | 'prompt'>,
    record: AnswerRecord | undefined,
  ): Promise<AdmittedRun> {
    return this.dispatcher.steer(into, prompt, (report) =>
      this.store.settleSteer(runId, endOf(report, into), record, this.clock.now()),
    );
  }
}

function endOf(report: SteerReport, into: string): SteerEnd {
  if (report === 'injected') return { outcome: 'injected', into };
  if (report === 'missed') return { outcome: 'missed' };
  const message =
    'The agent did not say whether it took the text into its turn, so it was not sent again. Look at the turn, and retry the run if it did not.';
  return { outcome: 'failed', error: { code: 'agent_unresponsive', message } };
}

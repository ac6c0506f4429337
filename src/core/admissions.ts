/** How a run comes to be: what was asked is checked against what the agent can do, and handed to the store as one piece. */
import {
  type AdmittedRun,
  AppError,
  type Attachment,
  type Budget,
  type Delivery,
  type HarnessName,
  limits,
  type PolicyInput,
} from '../contract/index.js';
import { type AgentsByName, refuseWhatAgentCannot } from './agent-abilities.js';
import type { CoreOptions } from './options.js';
import { policyFrom } from './permission-policy.js';
import type { Clock } from './ports/clock.js';
import type { AnswerRecord, NewRun, NewSession, Store, StoredAttachment } from './ports/store.js';
import { isTerminal } from './run-state.js';
import { runNotFound } from './runs.js';
import type { SessionRequest, Sessions } from './sessions.js';
import type { Steering } from './steering.js';

export interface AdmitRequest {
  projectId: string;
  prompt: string;
  session?:
    | ({ policy?: 'new' | 'resume' | undefined; sessionId?: string | undefined } & SessionRequest)
    | undefined;
  maxTurns?: number | undefined;
  metadata?: Record<string, unknown> | undefined;
  delivery?: Delivery | undefined;
  resume?: 'fresh' | undefined;
  attachments?: readonly Attachment[] | undefined;
  permissions?: PolicyInput | undefined;
  budget?: Budget | undefined;
  autoResume?: boolean | undefined;
}

export class Admissions {
  constructor(
    private readonly store: Store,
    private readonly sessions: Sessions,
    private readonly steering: Steering,
    private readonly harnesses: AgentsByName,
    private readonly clock: Clock,
    private readonly options: Pick<CoreOptions, 'queuedRunsPerSessionMax' | 'queuedRunsMax'>,
    private readonly refuseWhenDraining: () => void,
  ) {}

  /**
   * Durable when it resolves; a steered run is answered when it is known what became of it. Throws `validation_failed`,
   * `prompt_too_large`, `unsupported`, `draining`, what a new session throws, and what `admitRun` of the store throws.
   */
  async admit(request: AdmitRequest, record: AnswerRecord | undefined): Promise<AdmittedRun> {
    this.refuseWhenDraining();
    refuseLargePrompt(request.prompt);
    const { projectId, prompt, maxTurns, metadata = {}, delivery } = request;
    const session = await this.chooseSession(request);
    const { attachments = [], permissions, budget, autoResume } = request;
    if (attachments.length > 0 || permissions !== undefined)
      refuseWhatAgentCannot(request, await this.harnessOf(session), this.harnesses);
    const run: NewRun = {
      runId: this.clock.newId('run'),
      projectId,
      prompt,
      ...(maxTurns === undefined ? {} : { maxTurns }),
      freshContext: request.resume === 'fresh',
      metadata,
      ...(attachments.length === 0 ? {} : { attachments: attachments.map(decodeAttachment) }),
      ...(permissions === undefined ? {} : { permissions: policyFrom(permissions) }),
      ...(budget === undefined ? {} : { budget }),
      ...(autoResume === undefined ? {} : { autoResume }),
      at: this.clock.now(),
    };
    return this.admitRun(run, session, delivery, record);
  }

  /**
   * A new run of the same session, asked for as the other was but for what is said. Throws `run_not_found`,
   * `run_not_ended`, `prompt_too_large`, `unsupported`, `draining`, and what `admitRun` of the store throws.
   */
  async retry(
    retryOf: string,
    { prompt, model }: { prompt?: string | undefined; model?: string | undefined },
    record: AnswerRecord | undefined,
  ): Promise<AdmittedRun> {
    this.refuseWhenDraining();
    if (prompt !== undefined) refuseLargePrompt(prompt);
    const original = await this.store.findRunRequest(retryOf);
    if (original === undefined) throw runNotFound();
    if (!isTerminal(original.status)) {
      throw new AppError(
        'run_not_ended',
        `The run is ${original.status}: wait for its end, or cancel it, before you retry it.`,
      );
    }
    const session = { resume: original.sessionId };
    if (model !== undefined) refuseWhatAgentCannot({ model }, await this.harnessOf(session), this.harnesses);
    const run: NewRun = {
      ...original.run,
      ...(prompt === undefined ? {} : { prompt }),
      ...(model === undefined ? {} : { model }),
      retryOf,
      runId: this.clock.newId('run'),
      at: this.clock.now(),
    };
    return this.admitRun(run, session, 'queue', record);
  }

  private async admitRun(
    run: NewRun,
    session: { create: NewSession } | { resume: string },
    delivery: Delivery | undefined,
    record: AnswerRecord | undefined,
  ): Promise<AdmittedRun> {
    const { answer, steerInto } = await this.store.admitRun({
      run,
      session,
      delivery,
      steerable: (harness) => fitsRunningTurn(run) && this.steering.canSteer(harness),
      queuedPerSessionMax: this.options.queuedRunsPerSessionMax,
      queuedTotalMax: this.options.queuedRunsMax,
      record,
    });
    return steerInto === undefined ? answer : this.steering.steer(steerInto, run, record);
  }

  private async chooseSession(request: AdmitRequest) {
    const { policy = 'new', sessionId, ...wanted } = request.session ?? {};
    if (policy === 'new') return { create: await this.sessions.plan(request.projectId, wanted, 'batch') };
    if (sessionId !== undefined) return { resume: sessionId };
    throw new AppError('validation_failed', 'To resume a session, say which: session.sessionId is missing.', {
      details: [{ path: 'session.sessionId', message: 'is needed with policy "resume"' }],
    });
  }

  private async harnessOf(session: { create: NewSession } | { resume: string }): Promise<HarnessName> {
    return 'create' in session ? session.create.harness : (await this.sessions.get(session.resume)).harness;
  }
}

/** A turn that is under way has its own context, its own bounds and policy, and takes a text. */
function fitsRunningTurn({ freshContext, ...asked }: NewRun): boolean {
  const own = [asked.maxTurns, asked.attachments, asked.permissions, asked.budget];
  return !freshContext && own.every((one) => one === undefined);
}

/** Throws `prompt_too_large`. */
export function refuseLargePrompt(prompt: string): void {
  if (Buffer.byteLength(prompt) <= limits.promptBytesMax) return;
  throw new AppError(
    'prompt_too_large',
    `A prompt takes up to ${limits.promptBytesMax} bytes: write the rest to a file of the project and name it.`,
  );
}

function decodeAttachment({ mimeType, data }: Attachment): StoredAttachment {
  return { mimeType, content: Buffer.from(data, 'base64') };
}

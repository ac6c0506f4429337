/**
 * Conversations that are open, by session. One stays warm between runs, bounded in number and idle time; a session
 * whose conversation was closed is restored from its continuation, and never silently begun anew.
 */
import { AppError, type HarnessName, type ResumeReport } from '../contract/index.js';
import { withDeadline } from './deadline.js';
import type { Log } from './log.js';
import type { CoreOptions } from './options.js';
import { asksAlike } from './permission-policy.js';
import type { Clock } from './ports/clock.js';
import type { Conversation, Harness, LaunchPlan, OpenRequest, PermissionPolicy } from './ports/harness.js';
import { type ForkOrigin, pendingEvent, type RemovedSession, type RunStore } from './ports/store.js';

interface OpenConversation {
  sessionId: string;
  harness: HarnessName;
  conversation: Conversation;
  inUse: boolean;
  ended: boolean;
  /** Monotonic time of its last release. */
  idleSinceMs: number;
  /** The target, as it was when the conversation was opened. */
  terms: LaunchTerms;
  /** As it was asked for. */
  model: string | undefined;
  /** What the agent was told to ask for; that of the run for which it was opened, where that had one. */
  asking: PermissionPolicy | undefined;
}

/** What a target says of every run of a conversation. */
export type LaunchTerms = Pick<LaunchPlan, 'cwd' | 'permissions' | 'limits'>;

export interface Acquired {
  conversation: Conversation;
  resume: ResumeReport;
  terms: LaunchTerms;
}

export interface AcquireRequest {
  sessionId: string;
  /** Asked for when a conversation must be opened. Throws `target_not_found`, `target_invalid`. */
  launch: () => Promise<LaunchPlan>;
  continuation: string | undefined;
  /** What to copy while there is no continuation. */
  fork: ForkOrigin | undefined;
  /** The run asks for a new context: what is open is closed, and the continuation is left aside. */
  fresh: boolean;
  /** Of the run itself, instead of the target's. */
  permissions: PermissionPolicy | undefined;
  /** Of the run or the session; absent: that of the target. */
  model: string | undefined;
  /** The session had runs before: a new context is worth a word then. */
  followsOthers: boolean;
  /** They were run elsewhere. */
  imported: boolean;
}

/** For what deleted sessions leave with their agents to be removed; it is a few files. */
const forgetTimeoutMs = 10_000;

export class Conversations {
  /** In the order of their last release, so that the one that was idle longest stands first. */
  private readonly open = new Map<string, OpenConversation>();

  constructor(
    private readonly harnesses: ReadonlyMap<HarnessName, Harness>,
    private readonly store: RunStore,
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly options: Pick<
      CoreOptions,
      'warmConversationsMax' | 'warmAgentConversationsMax' | 'warmConversationIdleMs' | 'killTimeoutMs'
    >,
  ) {}

  /** Throws what `Harness.open` throws, and `harness_unavailable` when no such agent is built in. */
  async acquire(request: AcquireRequest, signal: AbortSignal): Promise<Acquired> {
    const { sessionId, fresh } = request;
    const known = this.open.get(sessionId);
    if (known === undefined) return this.openNew(request, signal);
    const terms = termsOf(known.terms, request);
    const usable = !known.ended && !fresh;
    const sameModel = known.model === request.model;
    if (usable && sameModel && asksAlike(known.asking, terms.permissions)) {
      known.inUse = true;
      return { conversation: known.conversation, terms, resume: { mode: 'warm' } };
    }
    await this.close(sessionId);
    const acquired = await this.openNew(request, signal);
    const what = sameModel ? 'the permissions are not those' : 'the model is not the one';
    if (usable) acquired.resume.reason ??= `${what} that it was opened with`;
    return acquired;
  }

  /** The turn is over. `keep` false: the conversation is not to be trusted with another. */
  release(sessionId: string, keep: boolean): void {
    const known = this.open.get(sessionId);
    if (known === undefined) return;
    known.inUse = false;
    known.idleSinceMs = this.clock.monotonicMs();
    this.open.delete(sessionId);
    this.open.set(sessionId, known);
    if (keep) this.closeBeyondBounds();
    else void this.close(sessionId);
  }

  async close(sessionId: string): Promise<void> {
    const known = this.open.get(sessionId);
    if (known === undefined) return;
    this.open.delete(sessionId);
    await known.conversation.close();
  }

  /** Closes and forgets what is left of sessions that are deleted. Never rejects. */
  async forget(removed: readonly RemovedSession[]): Promise<void> {
    const forgetting = removed.map(async ({ sessionId, harness, continuations }) => {
      await this.close(sessionId);
      await Promise.all(continuations.map((one) => this.harnesses.get(harness)?.forget(one)));
    });
    const words = `Not all was removed within ${forgetTimeoutMs} ms.`;
    await withDeadline(
      this.clock,
      Promise.all(forgetting),
      forgetTimeoutMs,
      'agent_unresponsive',
      words,
    ).catch((error: unknown) => this.log.warn('what agents keep of deleted sessions may be left', { error }));
  }

  closeIdle(): void {
    const before = this.clock.monotonicMs() - this.options.warmConversationIdleMs;
    for (const { sessionId, inUse, idleSinceMs } of [...this.open.values()]) {
      if (!inUse && idleSinceMs < before) void this.close(sessionId);
    }
  }

  /** Never rejects: an agent that does not close in `killTimeoutMs` is left to the sweep of the next start. */
  async closeAll(): Promise<void> {
    const { killTimeoutMs } = this.options;
    const words = `It did not close within ${killTimeoutMs} ms.`;
    const closing = [...this.open.keys()].map((sessionId) =>
      withDeadline(this.clock, this.close(sessionId), killTimeoutMs, 'agent_unresponsive', words).catch(
        (error: unknown) => this.log.warn('a conversation could not be closed', { sessionId, error }),
      ),
    );
    await Promise.all(closing);
  }

  /** One more is idle than before, so at most one is too many of each kind. */
  private closeBeyondBounds(): void {
    const { warmConversationsMax, warmAgentConversationsMax } = this.options;
    const idleOfAgents = [...this.open.values()].filter(
      ({ inUse, harness }) => !inUse && harness !== 'builtin',
    );
    const [longestIdle] = idleOfAgents;
    if (longestIdle !== undefined && idleOfAgents.length > warmAgentConversationsMax)
      void this.close(longestIdle.sessionId);
    if (this.open.size <= warmConversationsMax) return;
    const idle = [...this.open.values()].find(({ inUse }) => !inUse);
    if (idle !== undefined) void this.close(idle.sessionId);
  }

  private async openNew(request: AcquireRequest, signal: AbortSignal): Promise<Acquired> {
    const { sessionId, fresh } = request;
    const target = await request.launch();
    const terms = termsOf(target, request);
    const plan: LaunchPlan = { ...target, ...terms };
    const harness = this.harnesses.get(plan.harness);
    if (harness === undefined) {
      throw new AppError('harness_unavailable', `The agent "${plan.harness}" is not part of this server.`);
    }
    const conversation = await harness.open(
      { sessionId, launch: plan, ...(fresh ? {} : originOf(request)) },
      signal,
    );
    const known: OpenConversation = {
      sessionId,
      harness: plan.harness,
      conversation,
      inUse: true,
      ended: false,
      idleSinceMs: this.clock.monotonicMs(),
      terms: target,
      model: request.model,
      asking: terms.permissions,
    };
    this.open.set(sessionId, known);
    this.watchProcess(known);
    return { conversation, terms, resume: reportOf(request) };
  }

  private watchProcess(known: OpenConversation): void {
    const { sessionId, conversation } = known;
    const { harnessProcessId, provider, frontend, interactionMode, ioMode } = conversation.process;
    this.append(sessionId, {
      type: 'harness_process_started',
      harnessProcessId,
      provider,
      frontend,
      interactionMode,
      ioMode,
      execTarget: { kind: 'local' },
    });
    void conversation.ended.then(({ processExited, exitCode }) => {
      known.ended = true;
      if (this.open.get(sessionId) === known && !known.inUse) this.open.delete(sessionId);
      if (!processExited) return;
      const code = exitCode === undefined ? {} : { exitCode };
      this.append(sessionId, { type: 'harness_process_exited', harnessProcessId, ...code });
    });
  }

  private append(sessionId: string, event: Parameters<typeof pendingEvent>[0]): void {
    this.store
      .appendSessionEvents(sessionId, [pendingEvent(event)], this.clock.now())
      .catch((error: unknown) => {
        this.log.warn('an event about a harness process was not written', { sessionId, error });
      });
  }
}

/** What a conversation begins with. */
function originOf({ continuation, fork }: AcquireRequest): Pick<OpenRequest, 'continuation' | 'fork'> {
  if (continuation !== undefined) return { continuation };
  if (fork === undefined) return {};
  const { checkpoint } = fork;
  return { continuation: fork.continuation, fork: checkpoint === undefined ? {} : { checkpoint } };
}

function reportOf({ continuation, fork, fresh, followsOthers, imported }: AcquireRequest): ResumeReport {
  if (fresh) return { mode: 'fresh', reason: 'the run asked for it' };
  if (continuation !== undefined) return { mode: 'native' };
  if (fork !== undefined) {
    const { sessionId, runId } = fork;
    const reason = `forked from session ${sessionId} after run ${runId}`;
    return { mode: 'native', reason, forkedFrom: { sessionId, runId } };
  }
  if (!followsOthers) return { mode: 'fresh' };
  if (imported)
    return {
      mode: 'fresh',
      reason: 'the session was imported, and a file holds nothing of what its agent knew',
    };
  return { mode: 'fresh', reason: 'no earlier run got so far that its conversation could be restored' };
}

function termsOf(
  { cwd, permissions, limits }: LaunchTerms,
  request: Pick<AcquireRequest, 'permissions'>,
): LaunchTerms {
  const policy = request.permissions ?? permissions;
  return {
    cwd,
    ...(policy === undefined ? {} : { permissions: policy }),
    ...(limits === undefined ? {} : { limits }),
  };
}

import {
  AppError,
  type BackendKind,
  type Budget,
  type HarnessName,
  limits,
  type Project,
  type Session,
} from '../contract/index.js';
import type { AgentsByName } from './agent-abilities.js';
import type { Conversations } from './conversations.js';
import { cutStart } from './event-bounds.js';
import type { Clock } from './ports/clock.js';
import type {
  AnswerRecord,
  ForkStore,
  NewSession,
  Page,
  QueueSettings,
  SessionStore,
} from './ports/store.js';
import type { Targets } from './ports/targets.js';
import type { Projects } from './projects.js';

export interface SessionRequest {
  name?: string | undefined;
  aspTargetName?: string | undefined;
  backendKind?: BackendKind | undefined;
  model?: string | undefined;
  metadata?: Record<string, unknown> | undefined;
  queue?: QueueSettings | undefined;
  budget?: Budget | undefined;
}

export interface ForkWishes {
  atRunId?: string | undefined;
  name?: string | undefined;
  metadata?: Record<string, unknown> | undefined;
}

/** Kinds that choose an agent directly; `asp` leaves the choice to the target. */
const directHarnesses: Record<Exclude<BackendKind, 'asp'>, HarnessName> = {
  'agent-sdk': 'claude',
  'agent-sdk-session': 'claude',
  'claude-agent-sdk': 'claude',
  codex: 'codex',
  pi: 'pi',
  'pi-sdk': 'pi',
  acp: 'acp',
  mock: 'builtin',
  playback: 'builtin',
  builtin: 'builtin',
};

export class Sessions {
  constructor(
    private readonly store: SessionStore & ForkStore,
    private readonly projects: Projects,
    private readonly targets: Targets,
    private readonly conversations: Conversations,
    private readonly harnesses: AgentsByName,
    private readonly clock: Clock,
  ) {}

  /** Throws `project_not_found`, `target_not_found`, `target_invalid`, `harness_unavailable`. */
  async create(
    projectId: string,
    request: SessionRequest,
    record: AnswerRecord | undefined,
  ): Promise<Session> {
    return this.store.createSession(await this.plan(projectId, request, 'interactive'), record);
  }

  /** What a new session of the project would be; nothing is written. */
  async plan(
    projectId: string,
    request: SessionRequest,
    sourceKind: Session['source']['kind'],
  ): Promise<NewSession> {
    const project = await this.projects.get(projectId);
    const launch = await this.chooseAgent(project, request);
    if (!this.harnesses.has(launch.harness)) {
      throw new AppError(
        'harness_unavailable',
        `The agent "${launch.harness}" is not available on this server. Available: ${[...this.harnesses.keys()].join(', ')}.`,
      );
    }
    const at = this.clock.now();
    const model = request.model ?? launch.model;
    return {
      sessionId: this.clock.newId('ses'),
      projectId,
      name: request.name ?? `${launch.target} ${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}`,
      source: { kind: sourceKind },
      aspTargetName: launch.target,
      harness: launch.harness,
      ...(model === undefined ? {} : { model }),
      metadata: request.metadata ?? {},
      direct: launch.direct,
      queue: request.queue ?? {},
      ...(request.budget === undefined ? {} : { budget: request.budget }),
      at,
    };
  }

  async get(sessionId: string): Promise<Session> {
    const session = await this.store.findSession(sessionId);
    if (session === undefined) throw new AppError('session_not_found', 'session not found');
    return session;
  }

  list(filter: Parameters<SessionStore['listSessions']>[0], page: Page): Promise<Session[]> {
    return this.store.listSessions(filter, page);
  }

  update(sessionId: string, change: Parameters<SessionStore['updateSession']>[1]): Promise<Session> {
    return this.store.updateSession(sessionId, change, this.clock.now());
  }

  async setArchived(sessionId: string, archived: boolean): Promise<Session> {
    const session = await this.store.updateSession(sessionId, { archived }, this.clock.now());
    if (archived) await this.conversations.close(sessionId);
    return session;
  }

  setQueuePaused(sessionId: string, paused: boolean): Promise<Session> {
    return this.store.setQueuePaused(sessionId, paused, 'paused by request', this.clock.now());
  }

  /**
   * A new session that goes on where the other was after a run: the named one, or the last. Throws what `forkSession`
   * of the store throws, and `unsupported` when the agent copies no conversations.
   */
  async fork(
    sessionId: string,
    { atRunId, name, metadata = {} }: ForkWishes,
    record: AnswerRecord | undefined,
  ): Promise<Session> {
    const source = await this.get(sessionId);
    const canForkAt = this.harnesses.get(source.harness)?.capabilities.fork ?? 'none';
    if (canForkAt === 'none')
      throw new AppError('unsupported', `The agent "${source.harness}" cannot copy a conversation.`);
    const fork = {
      sessionId: this.clock.newId('ses'),
      name: name ?? cutStart(`Fork of ${source.name}`, limits.nameCharsMax),
      metadata,
      at: this.clock.now(),
    };
    return this.store.forkSession(
      { sessionId, ...(atRunId === undefined ? {} : { atRunId }), canForkAt, fork },
      record,
    );
  }

  /** With what its agent keeps of it, where that is ours. Throws `session_not_found`, `session_busy`. */
  async delete(sessionId: string): Promise<void> {
    await this.conversations.forget([await this.store.deleteSession(sessionId)]);
  }

  private async chooseAgent(project: Project, { backendKind = 'asp', aspTargetName }: SessionRequest) {
    if (backendKind !== 'asp') {
      const plan = this.targets.direct(project.root, directHarnesses[backendKind]);
      return { ...plan, direct: true };
    }
    return {
      ...(await this.targets.resolve(project.root, aspTargetName, project.defaultTarget)),
      direct: false,
    };
  }
}

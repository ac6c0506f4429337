/** What each route does: from a valid request to a use case and back. No rule lives here. */
import {
  AppError,
  limits,
  type RouteName,
  type RouteResponse,
  type ServerStatus,
  type ValidRequest,
} from '../contract/index.js';
import type { AnswerRecord, Core, JsonOf, Page, PageQuery, QueuePlace } from '../core/index.js';
import { buildOpenApi } from './openapi.js';

export interface RequestContext {
  /** Aborts when the client goes away. */
  signal: AbortSignal;
  /** Passed on by effects that create something. */
  record: AnswerRecord | undefined;
  /** The list goes on behind this id. */
  nextCursor: (cursor: string | undefined) => void;
}

export interface ServerFacts {
  version: string;
  storeName: string;
  status: () => Pick<ServerStatus, 'startedAt' | 'now' | 'uptimeMs' | 'openStreams'>;
  /** Throws when new runs are not taken. */
  checkReady: () => Promise<void>;
}

/** What answers no JSON, or takes none, is served elsewhere. */
export type HandledRoute = Exclude<
  RouteName,
  'streamSessionEvents' | 'streamRunEvents' | 'getAttachment' | 'exportSession' | 'importSession'
>;

export type Handlers = {
  [Name in HandledRoute]: (
    request: ValidRequest<Name>,
    context: RequestContext,
  ) => Promise<RouteResponse<Name> | JsonOf<RouteResponse<Name>>>;
};

export function createHandlers(core: Core, facts: ServerFacts): Handlers {
  return {
    ...serverHandlers(core, facts),
    ...projectHandlers(core),
    ...sessionHandlers(core),
    ...runHandlers(core),
    listPermissions: async ({ query: { status, ...query } }, context) => {
      const filter = status === undefined ? {} : { status };
      const permissions = await core.permissions.list(filter, pageOf(query));
      context.nextCursor(lastOf(permissions, query.limit)?.requestId);
      return { permissions };
    },
    decidePermission: ({ params, body }) =>
      core.permissions.decide(params.requestId, body.decision, body.message),
    getUsage: ({ query }) => core.usage.read(defined(query)),
  };
}

function serverHandlers(core: Core, facts: ServerFacts) {
  let openApi: unknown;
  return {
    getHealth: async () => ({ status: 'ok' as const }),
    getReadiness: async () => {
      await facts.checkReady();
      return { status: 'ready' as const };
    },
    getOpenApi: async () => {
      openApi ??= buildOpenApi(facts.version);
      return openApi;
    },
    getStatus: async () => ({
      status: 'ok' as const,
      version: facts.version,
      store: facts.storeName,
      ...facts.status(),
      ...core.status(),
    }),
    listHarnesses: () => core.harnesses.list(),
  } satisfies Partial<Handlers>;
}

function projectHandlers(core: Core) {
  return {
    listProjects: async ({ query }, context) => {
      const projects = await core.projects.list(pageOf(query));
      context.nextCursor(lastOf(projects, query.limit)?.projectId);
      return projects;
    },
    createProject: ({ body }, { record }) => core.projects.create(body, record),
    getProject: ({ params }) => core.projects.get(params.projectId),
    updateProject: ({ params, body }) => core.projects.update(params.projectId, defined(body)),
    listTargets: ({ params }) => core.projects.listTargets(params.projectId),
    deleteProject: async ({ params: { projectId } }) => {
      await core.projects.delete(projectId);
      return { projectId, deleted: true as const };
    },
  } satisfies Partial<Handlers>;
}

const wantedArchived = { all: 'all', true: true, false: false } as const;

function sessionHandlers(core: Core) {
  return {
    listSessions: async ({ query: { limit, cursor, archived, aspTargetName, ...query } }, context) => {
      const filter = defined({
        ...query,
        target: aspTargetName,
        archived: archived && wantedArchived[archived],
      });
      const sessions = await core.sessions.list(filter, pageOf({ limit, cursor }));
      context.nextCursor(lastOf(sessions, limit)?.sessionId);
      return sessions;
    },
    createSession: ({ body: { projectId, ...wanted } }, { record }) =>
      core.sessions.create(projectId, wanted, record),
    getSession: ({ params }) => core.sessions.get(params.sessionId),
    updateSession: ({ params, body }) => core.sessions.update(params.sessionId, defined(body)),
    deleteSession: async ({ params: { sessionId } }) => {
      await core.sessions.delete(sessionId);
      return { sessionId, deleted: true as const };
    },
    forkSession: ({ params, body }, { record }) => core.sessions.fork(params.sessionId, body, record),
    archiveSession: ({ params }) => core.sessions.setArchived(params.sessionId, true),
    unarchiveSession: ({ params }) => core.sessions.setArchived(params.sessionId, false),
    getQueue: async ({ params, query }, context) => {
      const queue = await core.queue.read(params.sessionId, pageOf(query));
      context.nextCursor(lastOf(queue.runs, query.limit)?.runId);
      return queue;
    },
    clearQueue: ({ params }) => core.queue.clear(params.sessionId),
    pauseQueue: ({ params }) => core.sessions.setQueuePaused(params.sessionId, true),
    resumeQueue: ({ params }) => core.sessions.setQueuePaused(params.sessionId, false),
    interruptSession: ({ params, body }) => core.runs.interrupt(params.sessionId, body.queue),
    listSessionRuns: async ({ params, query }, context) => {
      const page = await core.runs.listOfSession(params.sessionId, pageOf(query));
      context.nextCursor(lastOf(page.runs, query.limit)?.runId);
      return page;
    },
    search: async ({ query }, context) => {
      const { hits, cursor } = await core.search.find(defined(query));
      context.nextCursor(cursor);
      return { hits };
    },
    listSessionEvents: ({ params, query }) => core.sessionLog.page(params.sessionId, eventsQuery(query)),
  } satisfies Partial<Handlers>;
}

function runHandlers(core: Core) {
  return {
    createRun: ({ body }, { record }) => core.admissions.admit(body, record),
    listRuns: async ({ query: { sessionId, projectId, status, ...query } }, context) => {
      const page = await core.runs.list(defined({ sessionId, projectId, status }), pageOf(query));
      context.nextCursor(lastOf(page.runs, query.limit)?.runId);
      return page;
    },
    getRun: ({ params }) => core.runs.get(params.runId),
    waitForRun: ({ params, query }, { signal }) => core.runs.wait(params.runId, query.timeoutMs, signal),
    listRunEvents: ({ params, query }) => core.sessionLog.pageOfRun(params.runId, eventsQuery(query)),
    retryRun: ({ params, body }, { record }) => core.admissions.retry(params.runId, body, record),
    editRun: ({ params, body }) => core.queue.edit(params.runId, defined(body)),
    resumeRun: ({ params, body }) => core.parking.resume(params.runId, body.raise),
    // The schema has seen to it that exactly one place is named.
    moveRun: ({ params, body }) => core.queue.move(params.runId, defined(body) as QueuePlace),
    runNow: ({ params, body }) => core.queue.runNow(params.runId, body.interrupt),
    cancelRun: ({ params, body }) => core.runs.cancel(params.runId, body.queue),
  } satisfies Partial<Handlers>;
}

function eventsQuery(
  query: ValidRequest<'listRunEvents'>['query'] & { runId?: string | undefined },
): PageQuery {
  if (query.types !== undefined && query.offset > limits.filteredOffsetMax) {
    throw new AppError('validation_failed', 'The offset is too large together with "types".', {
      details: [
        {
          path: 'query.offset',
          message: `up to ${limits.filteredOffsetMax} with "types"; "after" goes anywhere`,
        },
      ],
    });
  }
  return defined(query);
}

function pageOf({ limit, cursor }: { limit: number; cursor?: string | undefined }): Page {
  return cursor === undefined ? { limit } : { limit, cursor };
}

/** The last entry of a full page: there may be more behind it. */
function lastOf<T>(entries: readonly T[], limit: number): T | undefined {
  return entries.length < limit ? undefined : entries.at(-1);
}

/** Without the properties that are `undefined`. */
function defined<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}

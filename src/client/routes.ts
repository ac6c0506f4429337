/**
 * The routes, as methods of the client. The route table of the contract holds schemas and so all of zod; the lines here
 * say it again without them, the compiler holds each line to the table, and a test names the routes that have no line.
 */
import type { RouteBody, RouteName, RouteResponse, Routes, ValidRequest } from '../contract/index.js';

/** The routes whose answer is a stream. */
export type StreamRoute = {
  [Name in RouteName]: Routes[Name] extends { stream: true } ? Name : never;
}[RouteName];

export type JsonRoute = Exclude<RouteName, StreamRoute>;

/** `METHOD /path`. */
type Address<Name extends RouteName> = `${Routes[Name]['method']} ${Routes[Name]['path']}`;

/** What a method takes besides ids. A body that may be anything is none. */
type Takes<Name extends RouteName> = Routes[Name] extends { takes: string } ? 'file' : TakesOfJson<Name>;

type TakesOfJson<Name extends RouteName> =
  unknown extends RouteBody<Name>
    ? Routes[Name] extends { query: unknown }
      ? 'query'
      : 'nothing'
    : RouteBody<Name> extends undefined
      ? Routes[Name] extends { query: unknown }
        ? 'query'
        : 'nothing'
      : 'body';

/** Its answer is what a file holds, and no JSON. */
type AnswersBytes<Name extends RouteName> = Routes[Name] extends { bytes: string } ? true : false;

/** `bytes` stands at the end of the line of a route that answers with them. */
export type Line<Name extends RouteName = JsonRoute> = Name extends RouteName
  ? readonly [
      name: Name,
      address: Address<Name>,
      takes: Takes<Name>,
      ...bytes: AnswersBytes<Name> extends true ? ['bytes'] : [],
    ]
  : never;

/** Any line, whatever route it is of. */
export type AnyLine = readonly [name: string, address: string, takes: string, bytes?: 'bytes'];

export type AnswerBody<Name extends RouteName> = AnswersBytes<Name> extends true ? Blob : RouteResponse<Name>;

export const methods = {
  server: {
    health: ['getHealth', 'GET /healthz', 'nothing'],
    readiness: ['getReadiness', 'GET /readyz', 'nothing'],
    openApi: ['getOpenApi', 'GET /openapi.json', 'nothing'],
    status: ['getStatus', 'GET /admin/status', 'nothing'],
  },
  projects: {
    list: ['listProjects', 'GET /admin/projects', 'query'],
    create: ['createProject', 'POST /admin/projects', 'body'],
    get: ['getProject', 'GET /admin/projects/:projectId', 'nothing'],
    update: ['updateProject', 'PATCH /admin/projects/:projectId', 'body'],
    listTargets: ['listTargets', 'GET /admin/projects/:projectId/targets', 'nothing'],
    delete: ['deleteProject', 'DELETE /admin/projects/:projectId', 'nothing'],
  },
  sessions: {
    list: ['listSessions', 'GET /admin/sessions', 'query'],
    create: ['createSession', 'POST /admin/sessions', 'body'],
    get: ['getSession', 'GET /admin/sessions/:sessionId', 'nothing'],
    update: ['updateSession', 'PATCH /admin/sessions/:sessionId', 'body'],
    delete: ['deleteSession', 'DELETE /admin/sessions/:sessionId', 'nothing'],
    fork: ['forkSession', 'POST /admin/sessions/:sessionId/fork', 'body'],
    archive: ['archiveSession', 'POST /admin/sessions/:sessionId/archive', 'nothing'],
    unarchive: ['unarchiveSession', 'POST /admin/sessions/:sessionId/unarchive', 'nothing'],
    queue: ['getQueue', 'GET /admin/sessions/:sessionId/queue', 'query'],
    clearQueue: ['clearQueue', 'POST /admin/sessions/:sessionId/queue/clear', 'nothing'],
    pauseQueue: ['pauseQueue', 'POST /admin/sessions/:sessionId/queue/pause', 'nothing'],
    resumeQueue: ['resumeQueue', 'POST /admin/sessions/:sessionId/queue/resume', 'nothing'],
    interrupt: ['interruptSession', 'POST /admin/sessions/:sessionId/interrupt', 'body'],
    listRuns: ['listSessionRuns', 'GET /admin/sessions/:sessionId/runs', 'query'],
    listEvents: ['listSessionEvents', 'GET /admin/sessions/:sessionId/events', 'query'],
    export: ['exportSession', 'GET /admin/sessions/:sessionId/export', 'nothing', 'bytes'],
    import: ['importSession', 'POST /admin/projects/:projectId/import', 'file'],
    search: ['search', 'GET /admin/search', 'query'],
  },
  runs: {
    create: ['createRun', 'POST /admin/runs', 'body'],
    list: ['listRuns', 'GET /admin/runs', 'query'],
    get: ['getRun', 'GET /admin/runs/:runId', 'nothing'],
    attachment: ['getAttachment', 'GET /admin/runs/:runId/attachments/:index', 'nothing', 'bytes'],
    wait: ['waitForRun', 'GET /admin/runs/:runId/wait', 'query'],
    listEvents: ['listRunEvents', 'GET /admin/runs/:runId/events', 'query'],
    edit: ['editRun', 'PATCH /admin/runs/:runId', 'body'],
    move: ['moveRun', 'POST /admin/runs/:runId/move', 'body'],
    runNow: ['runNow', 'POST /admin/runs/:runId/run-now', 'body'],
    resume: ['resumeRun', 'POST /admin/runs/:runId/resume', 'body'],
    retry: ['retryRun', 'POST /admin/runs/:runId/retry', 'body'],
    cancel: ['cancelRun', 'POST /admin/runs/:runId/cancel', 'body'],
  },
  harnesses: {
    list: ['listHarnesses', 'GET /admin/harnesses', 'nothing'],
  },
  usage: {
    get: ['getUsage', 'GET /admin/usage', 'query'],
  },
  permissions: {
    list: ['listPermissions', 'GET /admin/permissions', 'query'],
    decide: ['decidePermission', 'POST /admin/permissions/:requestId', 'body'],
  },
} as const satisfies Record<string, Record<string, Line>>;

/** Followed by `sessions.events` and `runs.follow`. */
export const streams = {
  streamSessionEvents: 'GET /admin/sessions/:sessionId/events/stream',
  streamRunEvents: 'GET /admin/runs/:runId/events/stream',
} as const satisfies { [Name in StreamRoute]?: Address<Name> };

/** Everything in a query may be left out; lists are sent with commas. */
export type RouteQuery<Name extends RouteName> = {
  [Key in keyof ValidRequest<Name>['query']]?: ValidRequest<Name>['query'][Key] extends infer Value
    ? Value extends readonly (infer One)[]
      ? readonly One[]
      : Value
    : never;
};

/** The address with its ids and query filled in, behind a method. */
export function fillAddress(
  address: string,
  ids: readonly string[],
  query: Readonly<Record<string, unknown>>,
): { method: string; path: string } {
  const [method = '', pattern = ''] = address.split(' ');
  let next = 0;
  const path = pattern.replace(/:\w+/g, (name) => {
    const id = ids[next++];
    // `..` and `.` would be taken for a way up, whatever is done to encode them.
    if (typeof id !== 'string' || /^\.{0,2}$/.test(id))
      throw new TypeError(`${name.slice(1)} is not an id: "${id}"`);
    return encodeURIComponent(id);
  });
  const fields = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(fields.map(([key, value]): [string, string] => [key, String(value)]));
  return { method, path: search.size === 0 ? path : `${path}?${search}` };
}

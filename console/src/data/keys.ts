/**
 * The keys of all that is read from the server. The first word says what may make it stale: `session` with an id one
 * session, `sessions` any session, `server` a new connection alone; a `run` that has ended never is.
 */
export const keys = {
  allSessions: ['sessions'] as const,
  sessions: (filter: object) => ['sessions', 'list', filter] as const,
  runs: (filter: object) => ['sessions', 'runs', filter] as const,
  permissions: (filter: object) => ['sessions', 'permissions', filter] as const,
  usage: (filter: object) => ['sessions', 'usage', filter] as const,
  search: (filter: object) => ['sessions', 'search', filter] as const,
  session: (sessionId: string) => ['session', sessionId] as const,
  queue: (sessionId: string) => ['session', sessionId, 'queue'] as const,
  run: (runId: string) => ['run', runId] as const,
  sessionRuns: (sessionId: string) => ['session', sessionId, 'runs'] as const,
  status: ['server', 'status'] as const,
  harnesses: ['server', 'harnesses'] as const,
  projects: ['projects'] as const,
  project: (projectId: string) => ['projects', projectId] as const,
  targets: (projectId: string) => ['projects', projectId, 'targets'] as const,
};

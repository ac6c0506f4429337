/** The bounds the core works within. Times are milliseconds, sizes bytes; `config.ts` sets them all. */
export interface CoreOptions {
  /** Active runs at once: of this server, of one project, of one harness. */
  activeRunsMax: number;
  activeRunsPerProjectMax: number;
  activeRunsPerHarnessMax: Readonly<Record<string, number>>;
  queuedRunsMax: number;
  queuedRunsPerSessionMax: number;
  /** Requests that wait for a run at once. */
  waitsMax: number;
  /** Conversations kept open between runs, and for how long. */
  warmConversationsMax: number;
  /** Of them, those of agents that have a process for each, which is all but the built-in one. */
  warmAgentConversationsMax: number;
  warmConversationIdleMs: number;
  /** From a claim to a conversation that takes a turn. */
  openTimeoutMs: number;
  /** From handing the prompt over to the agent's first sign of life. */
  firstSignTimeoutMs: number;
  /** From telling an agent a text for the turn under way to its answer whether it took it. */
  steerTimeoutMs: number;
  /** Silence after which a notice is written, and after that the run fails (0: never): of the model, of a tool. */
  silentModelNoticeMs: number;
  silentModelFailMs: number;
  silentToolNoticeMs: number;
  silentToolFailMs: number;
  /** Of a bound of a budget; from there on a notice says that it comes near. */
  budgetWarnPercent: number;
  /** After a usage limit of which the provider does not say when it ends. */
  usageLimitRetryMs: number;
  /** Between an interrupt and force; and what force may take. */
  cancelGraceMs: number;
  killTimeoutMs: number;
  /** How often lost wake-ups are made good and idle things closed. */
  sweepMs: number;
  /** What an event may weigh in the log, and a run have on its way there. */
  eventBytesMax: number;
  eventBytesInFlightMax: number;
  /** First answers are kept so long. */
  answersKeptMs: number;
  /** What is kept so long after the end of a run, and archived sessions after that; 0: for good. */
  deltasKeptMs: number;
  logsKeptMs: number;
  archivedKeptMs: number;
  /** Of one session; 0: all. */
  logEventsMax: number;
  /** Of each followed session, in memory. */
  tailBytesMax: number;
  /** Events read from the store at once for a reader that is behind. */
  followPageMax: number;
}

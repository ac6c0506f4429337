/** A data directory with long logs, written through the program's own store before the server starts. */
import { pathToFileURL } from 'node:url';
import type { RunClaim, Store } from '../../src/core/index.js';
import {
  createLocalWakeup,
  pendingAgentEvent,
  type pendingEvent,
  systemClock,
} from '../../src/core/index.js';
import { root } from '../run/paths.js';

type SqliteModule = typeof import('../../src/store/sqlite/index.js');

export interface SeededLog {
  sessionId: string;
  /** One of its runs, in the middle. */
  runId: string;
  runEvents: number;
  headSeq: number;
}

const runsPerLog = 10;
const batchRows = 2000;
/** Every so many events a tool ends; the rest is text. */
const toolEvery = 20;
const projectId = 'rex';

/** One log for each of `sizes`, in events of agents. */
export async function seedLogs(home: string, sizes: readonly number[]): Promise<SeededLog[]> {
  const { openSqliteStore } = (await import(
    pathToFileURL(`${root}dist/store/sqlite/index.js`).href
  )) as SqliteModule;
  const store = await openSqliteStore({
    directory: home,
    wakeup: createLocalWakeup(),
    holder: 'the bench',
    onFatal: (error) => {
      throw error;
    },
    walPagesMax: 16_000,
  });
  try {
    const now = Date.now();
    const project = { projectId, name: projectId, root: home, sessionBackend: { kind: 'asp' as const } };
    await store.createProject({ ...project, createdAt: now, updatedAt: now }, undefined);
    const logs: SeededLog[] = [];
    for (const size of sizes) logs.push(await seedLog(store, size));
    return logs;
  } finally {
    await store.close();
  }
}

async function seedLog(store: Store, size: number): Promise<SeededLog> {
  const sessionId = systemClock.newId('ses');
  const runEvents = size / runsPerLog;
  const runIds: string[] = [];
  for (let run = 0; run < runsPerLog; run += 1) {
    runIds.push(await seedRun(store, sessionId, run === 0, runEvents));
  }
  const session = await store.findSession(sessionId);
  return {
    sessionId,
    runId: runIds[runsPerLog / 2] as string,
    runEvents,
    headSeq: session?.headSeq ?? 0,
  };
}

async function seedRun(store: Store, sessionId: string, first: boolean, events: number): Promise<string> {
  const claim = await admitAndClaim(store, sessionId, first);
  for (let done = 0; done < events; done += batchRows) {
    const count = Math.min(batchRows, events - done);
    const batch = Array.from({ length: count }, (_, index) => agentEvent(done + index));
    await store.appendRunEvents(claim, batch, Date.now());
  }
  await store.finishRun(claim, {
    outcome: { status: 'completed', finalOutput: 'done' },
    toolHistory: [],
    at: Date.now(),
  });
  return claim.runId;
}

async function admitAndClaim(store: Store, sessionId: string, first: boolean): Promise<RunClaim> {
  const at = Date.now();
  const runId = systemClock.newId('run');
  const create = {
    sessionId,
    projectId,
    name: 'a long log',
    source: { kind: 'batch' as const },
    aspTargetName: 'builtin',
    harness: 'builtin' as const,
    metadata: {},
    direct: true,
    queue: {},
    at,
  };
  await store.admitRun({
    run: { runId, projectId, prompt: 'fill the log', freshContext: false, metadata: {}, at },
    session: first ? { create } : { resume: sessionId },
    delivery: 'queue',
    steerable: () => false,
    queuedPerSessionMax: 10,
    queuedTotalMax: 10,
    record: undefined,
  });
  const many = 10;
  const limits = { limit: many, globalActiveMax: many, projectActiveMax: many, harnessActiveMax: () => many };
  const [claim] = await store.claimRuns({ workerId: 'wrk_bench', ...limits, at });
  if (claim === undefined) throw new Error('the run was not claimed');
  await store.startRun(claim, { mode: 'fresh' }, at);
  return claim;
}

const text = pendingAgentEvent({
  type: 'message_update',
  messageId: 'msg_1',
  textDelta: 'A few words, as they come from a model. '.repeat(3),
});

function agentEvent(index: number): ReturnType<typeof pendingEvent> {
  if (index % toolEvery !== 0) return text;
  const content = [{ type: 'text' as const, text: 'total 8\n'.repeat(8) }];
  return pendingAgentEvent({
    type: 'tool_execution_end',
    toolUseId: `tool_${index}`,
    toolName: 'Bash',
    result: { content },
    isError: false,
    durationMs: 12,
  });
}

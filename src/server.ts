/** Builds the server from its parts and takes it down again, in the order that keeps every promise. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config, LoadedConfig } from './config.js';
import { AppError, type HarnessList, type HarnessName } from './contract/index.js';
import {
  type Core,
  type CoreOptions,
  createCore,
  createLocalWakeup,
  createSystemClock,
  type Harness,
  Harnesses,
  type Log,
  type ProcessLedger,
  type Store,
  systemClock,
} from './core/index.js';
import { createDemoProject } from './demo-project.js';
import { createAcpHarness } from './harness/acp/index.js';
import { createBuiltinHarness } from './harness/builtin/index.js';
import { createClaudeHarness } from './harness/claude/index.js';
import { createCodexHarness } from './harness/codex/index.js';
import { createPiHarness } from './harness/pi/index.js';
import {
  createIsolation,
  type Isolation,
  noIsolation,
  probeIsolation,
  sweepDeadServer,
} from './harness/process/index.js';
import { createHttpServer, type HttpServer, renderExpired, renderFrame } from './http/index.js';
import { openSqliteStore } from './store/sqlite/index.js';
import { createTargets } from './targets/index.js';
import { version } from './version.js';

export interface ServerParts extends LoadedConfig {
  log: Log;
  /** The disk failed: nothing can be promised any more, and the process should end. */
  onFatal: (error: unknown) => void;
  /** What stands between the server and its store. The program has nothing there; tests end it between two steps. */
  aroundStore?: (store: Store) => Store;
}

export interface RunningServer {
  url: string;
  /** The demo project was made at this start. */
  firstStart: boolean;
  /** Lets active runs finish for `drainMs`, then ends everything. Idempotent. */
  stop(): Promise<void>;
}

/** For the sweep of processes at the start; every probe of a start has an end. */
const sweepDeadlineMs = 10_000;

/** Built beside the server by the same command. */
const consoleFolder = fileURLToPath(new URL('./console', import.meta.url));

const builtinAgentProgram = fileURLToPath(new URL('./harness/builtin/agent/main.js', import.meta.url));

/** Throws AppError `store_locked`, `store_too_new`; a port in use is the error of `listen`. */
export async function startServer({
  config,
  baseEnv,
  sharedSpaces,
  log,
  onFatal,
  aroundStore = (store) => store,
}: ServerParts): Promise<RunningServer> {
  const wakeup = createLocalWakeup();
  const opened = await openSqliteStore({
    directory: config.home,
    wakeup,
    holder: `process ${process.pid}, asked to listen on ${config.host}:${config.port}`,
    onFatal,
    walPagesMax: config.walPagesMax,
    logEventsMax: config.logEventsMax,
  });
  const store = aroundStore(opened);
  let harnesses: Map<HarnessName, Harness> = new Map();
  let http: HttpServer | undefined;
  try {
    await endLeftProcesses(store, log);
    const agents = createHarnesses(config, baseEnv, store, log, await isolateAgents(config, baseEnv, log));
    harnesses = agents;
    const core = createCore({
      store,
      harnesses,
      targets: createTargets(log, {
        ...sharedSpaces,
        baseEnv,
        checkOptions: (plan) => agents.get(plan.harness)?.checkOptions(plan),
      }),
      wakeup,
      clock: createSystemClock(store.latestId),
      log,
      options: coreOptions(config),
      renderFrame,
      renderExpired,
    });
    const firstStart = await createDemoProject(core, config.home);
    await core.recover();
    let draining = false;
    http = createHttp(config, core, store, log, () => draining);
    const port = await http.listen(config.host, config.port).catch((error: unknown) => {
      throw listenFailure(error, config);
    });
    core.start();
    const listening = http;
    const stop = once(async () => {
      draining = true;
      await core.drain(config.drainMs);
      await close(listening, harnesses, store);
    });
    const host = config.host.includes(':') ? `[${config.host}]` : config.host;
    return { url: `http://${host}:${port}`, firstStart, stop };
  } catch (error) {
    await close(http, harnesses, store);
    throw error;
  }
}

const listenFailures: Record<string, string> = {
  EADDRINUSE:
    'another program listens there. Stop it, or choose another port with QUARTERDECK_PORT (0: any free one)',
  EADDRNOTAVAIL: 'this machine has no such address. Choose another with QUARTERDECK_HOST',
  EACCES: 'that port is not allowed for this user. Choose one above 1023 with QUARTERDECK_PORT',
  ENOTFOUND: 'there is no such host. Choose another with QUARTERDECK_HOST',
};

function listenFailure(error: unknown, { host, port }: Config): unknown {
  const code = (error as { code?: unknown }).code;
  const words = typeof code === 'string' ? listenFailures[code] : undefined;
  if (words === undefined) return error;
  return new AppError('address_unavailable', `Cannot listen on ${host}:${port}: ${words}.`, { cause: error });
}

async function close(
  http: HttpServer | undefined,
  harnesses: ReadonlyMap<HarnessName, Harness>,
  store: Store,
): Promise<void> {
  await http?.close();
  await Promise.all([...harnesses.values()].map((harness) => harness.close()));
  await store.close();
}

/** No process of a dead server survives, and that is settled before anything is claimed. */
async function endLeftProcesses(store: Store, log: Log): Promise<void> {
  const processes = await store.listProcesses();
  const ended = await sweepDeadServer({ processes, markPrefix: store.storeId, deadlineMs: sweepDeadlineMs });
  if (ended > 0) log.warn('processes of a server that died were ended', { ended });
  await Promise.all(processes.map(({ harnessProcessId }) => store.forgetProcess(harnessProcessId)));
}

function isolateAgents(
  { agentIsolation: mode }: Config,
  baseEnv: ServerParts['baseEnv'],
  log: Log,
): Promise<Isolation> {
  const probe = probeIsolation(baseEnv);
  return createIsolation(mode, async () => {
    const problem = await probe();
    if (problem !== undefined)
      log.info('agents have no process namespaces of their own', { mode, reason: problem });
    return problem;
  });
}

function createHarnesses(
  config: Config,
  baseEnv: ServerParts['baseEnv'],
  store: Pick<Store, 'storeId'> & ProcessLedger,
  log: Log,
  isolation: Isolation,
): Map<HarnessName, Harness> {
  const parts = {
    clientVersion: version,
    agentsDir: config.agentsDir,
    dataDir: join(config.home, 'agent-data'),
    serverMark: store.storeId,
    baseEnv,
    ledger: store,
    isolation,
    clock: systemClock,
    log,
    // Both fit into `killTimeoutMs`, with room for the looks at what is left.
    terminateGraceMs: Math.floor(config.killTimeoutMs / 3),
    killMs: Math.floor(config.killTimeoutMs / 3),
  };
  const all: Harness[] = [
    createBuiltinHarness({
      ...parts,
      program: [process.execPath, builtinAgentProgram],
      dataDir: join(config.home, 'builtin'),
    }),
    createClaudeHarness(parts),
    createCodexHarness(parts),
    createPiHarness(parts),
    createAcpHarness(parts),
  ];
  return new Map(all.map((harness) => [harness.name, harness]));
}

/** What a server with these settings would have to do with, found out without one. Changes nothing. */
export async function inspectServer(
  { config, baseEnv }: Pick<ServerParts, 'config' | 'baseEnv'>,
  log: Log,
): Promise<{ agents: HarnessList; isolationProblem: string | undefined }> {
  const nothing = {
    storeId: `inspection-${process.pid}`,
    recordProcess: async () => undefined,
    forgetProcess: async () => undefined,
  };
  const harnesses = createHarnesses(config, baseEnv, nothing, log, noIsolation);
  try {
    const agents = await new Harnesses(harnesses, systemClock).list();
    const isolationProblem = config.agentIsolation === 'off' ? undefined : await probeIsolation(baseEnv)();
    return { agents, isolationProblem };
  } finally {
    await Promise.all([...harnesses.values()].map((harness) => harness.close()));
  }
}

function createHttp(config: Config, core: Core, store: Store, log: Log, draining: () => boolean): HttpServer {
  return createHttpServer({
    core,
    clock: systemClock,
    log,
    facts: {
      version,
      storeName: 'sqlite',
      checkReady: async () => {
        if (draining())
          throw new AppError('draining', 'The server is shutting down.', { retryAfterMs: 5000 });
        await store.checkWritable();
      },
    },
    options: {
      access: { token: config.token, boundHost: config.host, allowedHosts: config.allowedHosts },
      streamsMax: config.streamsMax,
      heartbeatMs: config.heartbeatMs,
      connectionsMax: config.connectionsMax,
    },
    consoleFolder,
  });
}

function coreOptions(config: Config): CoreOptions & { replayEventsMax: number; replayBytesMax: number } {
  const { activeRunsMax, activeRunsPerAgentMax: agent } = config;
  return {
    ...config,
    activeRunsPerHarnessMax: { builtin: activeRunsMax, claude: agent, codex: agent, pi: agent, acp: agent },
  };
}

function once(action: () => Promise<void>): () => Promise<void> {
  let result: Promise<void> | undefined;
  return () => {
    result ??= action();
    return result;
  };
}

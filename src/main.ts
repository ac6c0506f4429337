#!/usr/bin/env node
/** The program: runs a command, and starts the server and ends with it. What only a server needs is read only for it. */
import { type CliParts, runCli } from './cli/index.js';
import type { Config } from './config.js';
import type { Log } from './core/index.js';
import { readClientEnvironment } from './environment.js';
import type { RunningServer } from './server.js';
import { oldestNode, version } from './version.js';

type Flags = Readonly<Record<string, string | undefined>>;

const exitFailed = 1;

async function createLog({ logLevel }: Config): Promise<Log> {
  const { pino } = await import('pino');
  const out = pino(
    { level: logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination(2),
  );
  const fields = ({ error, ...rest }: Record<string, unknown> = {}) =>
    error === undefined ? rest : { ...rest, err: error };
  return {
    info: (message, extra) => out.info(fields(extra), message),
    warn: (message, extra) => out.warn(fields(extra), message),
    error: (message, extra) => out.error(fields(extra), message),
  };
}

function greet(server: RunningServer, config: Config): string {
  const token = config.token === 'dev' ? 'dev' : '$QUARTERDECK_TOKEN';
  const tokenRule =
    config.token === 'dev'
      ? 'the token is "dev" (loopback only; set QUARTERDECK_TOKEN to change it)'
      : 'the token is the one you set';
  return `
  Quarterdeck ${version} listens on ${server.url}
  data in ${config.home}; ${tokenRule}
${server.firstStart ? `  the demo project "rex" is in ${config.home}/projects/rex; its agent works offline\n` : ''}
  Try:
    curl -s -X POST ${server.url}/admin/runs -H 'x-cp-token: ${token}' -H 'content-type: application/json' \\
      -d '{"projectId":"rex","prompt":"What is 2+2?"}'

`;
}

async function serve(flags: Flags): Promise<void> {
  const { loadConfig } = await import('./config.js');
  const loaded = loadConfig(flags);
  const { config } = loaded;
  const log = await createLog(config);
  const fatal = (message: string) => (error: unknown) => {
    log.error(message, { error });
    // The state is on disk and the agents end with our pipes: the next start puts everything right.
    process.exit(exitFailed);
  };
  process.on('uncaughtException', fatal('an error that nobody expected'));
  process.on('unhandledRejection', fatal('an error that nobody waited for'));
  const { startServer } = await import('./server.js');
  const server = await startServer({ ...loaded, log, onFatal: fatal('the disk failed') });
  stopOnSignals(server, config, log);
  process.stderr.write(greet(server, config));
  process.stdout.write(`quarterdeck ready ${server.url}\n`);
}

/** The first signal drains, the second ends at once. */
function stopOnSignals(server: RunningServer, config: Config, log: Log): void {
  let asked = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (asked) process.exit(exitFailed);
      asked = true;
      log.info('stopping', { signal, drainMs: config.drainMs });
      server.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error('the server did not stop cleanly', { error });
          process.exit(exitFailed);
        },
      );
    });
  }
}

const local: CliParts['local'] = {
  serve,
  async backup(flags, file) {
    const { loadConfig } = await import('./config.js');
    const { home } = loadConfig(flags).config;
    const { backupStore } = await import('./store/sqlite/index.js');
    return { home, ...(await backupStore(home, file)) };
  },
  async restore(flags, file, force) {
    const { loadConfig } = await import('./config.js');
    const { home } = loadConfig(flags).config;
    const { restoreStore } = await import('./store/sqlite/index.js');
    const holder = `process ${process.pid}, which restores a backup`;
    return { home, ...(await restoreStore(home, file, { force, holder, at: Date.now() })) };
  },
  async settings() {
    const { flagName, settings } = await import('./config.js');
    return Object.entries(settings).map(([name, { about }]) => ({ name, flag: flagName(name), about }));
  },
  async doctorParts(flags) {
    const { loadConfig } = await import('./config.js');
    const loaded = loadConfig(flags);
    const { home, host, port, token, agentIsolation: isolation } = loaded.config;
    const log = await createLog(loaded.config);
    const { inspectServer } = await import('./server.js');
    const node = { version: process.versions.node, oldest: oldestNode };
    return { version, node, home, host, port, token, isolation, inspect: () => inspectServer(loaded, log) };
  },
};

const { stdin, stdout, stderr } = process;

process.exitCode = await runCli(process.argv.slice(2), {
  version,
  environment: readClientEnvironment(),
  folder: process.cwd(),
  stdin,
  stdout,
  stderr,
  local,
});

#!/usr/bin/env node
/** The program: reads the command line, starts the server, and ends with it. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { type Config, flagName, loadConfig, settings } from './config.js';
import { isAppError } from './contract/index.js';
import type { Log } from './core/index.js';
import type { RunningServer } from './server.js';
import { oldestNode, version } from './version.js';

const usage = `quarterdeck ${version}: control plane for coding-agent sessions

  quarterdeck serve [--flag value …]   start the server
  quarterdeck doctor [--json]          say what works here, and which agents are there
  quarterdeck backup FILE              copy the data to one file, also while a server runs
  quarterdeck restore FILE [--force]   make such a file the data of the data directory
  quarterdeck --version

Flags of all of them (each is also a variable, as QUARTERDECK_PORT for --port, and a key of the config file):
${Object.entries(settings)
  .map(([name, { about }]) => `  --${flagName(name).padEnd(28)} ${about}`)
  .join('\n')}
`;

/** The command line is not understood: the program says so and how it is, and nothing else. */
class UsageError extends Error {}

const exitUsage = 2;
const exitFailed = 1;

function readCommandLine(args: string[]): {
  command: string | undefined;
  flags: Record<string, string | undefined>;
  json: boolean;
  force: boolean;
  file: string | undefined;
} {
  const options = Object.fromEntries(
    Object.keys(settings).map((name) => [flagName(name), { type: 'string' as const }]),
  );
  const bare = { flags: {}, json: false, force: false, file: undefined };
  const { values, positionals } = parseFlags(args, {
    ...options,
    help: { type: 'boolean', short: 'h' },
    version: { type: 'boolean' },
    json: { type: 'boolean' },
    force: { type: 'boolean' },
  });
  if (values.help === true) return { ...bare, command: 'help' };
  if (values.version === true) return { ...bare, command: 'version' };
  const json = values.json === true;
  const force = values.force === true;
  const given = values as Record<string, string | undefined>;
  const flags = Object.fromEntries(Object.keys(settings).map((name) => [name, given[flagName(name)]]));
  const [first, second] = positionals;
  const takesFile = first === 'backup' || first === 'restore';
  if (takesFile && positionals.length !== 2) throw new UsageError(`"${first}" takes one file`);
  const command = takesFile || positionals.length === 1 ? first : positionals.join(' ') || undefined;
  if (force && command !== 'restore') throw new UsageError('"--force" is for "restore"');
  if (json && command !== 'doctor') throw new UsageError('"--json" is for "doctor"');
  return { command, flags, json, force, file: takesFile ? second : undefined };
}

function parseFlags(args: string[], options: NonNullable<ParseArgsConfig['options']>) {
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    // Only the words of the first line are about what was typed.
    throw new UsageError((error as Error).message.split('\n')[0]);
  }
}

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

async function serve(flags: Record<string, string | undefined>): Promise<void> {
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
  // Only now: `--version` and a mistyped flag need not wait for the whole server to be read.
  const { startServer } = await import('./server.js');
  const server = await startServer({ ...loaded, log, onFatal: fatal('the disk failed') });
  stopOnSignals(server, config, log);
  process.stderr.write(greet(server, config));
  process.stdout.write(`quarterdeck ready ${server.url}\n`);
}

async function examine(flags: Record<string, string | undefined>, json: boolean): Promise<void> {
  const loaded = loadConfig(flags);
  const { home, host, port, token, agentIsolation: isolation } = loaded.config;
  const log = await createLog(loaded.config);
  const { inspectServer } = await import('./server.js');
  const { doctor } = await import('./cli/index.js');
  const node = { version: process.versions.node, oldest: oldestNode };
  const inspect = () => inspectServer(loaded, log);
  const print = (text: string) => void process.stdout.write(text);
  const ok = await doctor({ version, node, home, host, port, token, isolation, inspect, print }, json);
  if (!ok) process.exitCode = exitFailed;
}

async function backup(flags: Record<string, string | undefined>, file: string): Promise<void> {
  const { home } = loadConfig(flags).config;
  const { backupStore } = await import('./store/sqlite/index.js');
  const { bytes } = await backupStore(home, file);
  process.stdout.write(`The data of ${home} is in ${file} (${bytes} bytes).\n`);
}

async function restore(
  flags: Record<string, string | undefined>,
  file: string,
  force: boolean,
): Promise<void> {
  const { home } = loadConfig(flags).config;
  const { restoreStore } = await import('./store/sqlite/index.js');
  const holder = `process ${process.pid}, which restores a backup`;
  const { oldFile } = await restoreStore(home, file, { force, holder, at: Date.now() });
  const kept = oldFile === undefined ? '' : ` What was there before is in ${oldFile}.`;
  process.stdout.write(`${home} has the data of ${file}.${kept}\n`);
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

async function main(args: string[]): Promise<void> {
  const { command, flags, json, force, file = '' } = readCommandLine(args);
  if (command === 'serve') return serve(flags);
  if (command === 'doctor') return examine(flags, json);
  if (command === 'backup') return backup(flags, file);
  if (command === 'restore') return restore(flags, file, force);
  if (command === 'version') process.stdout.write(`${version}\n`);
  else if (command === 'help' || command === undefined) process.stdout.write(usage);
  else throw new UsageError(`there is no command "${command}"; "quarterdeck --help" lists what there is`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`quarterdeck: ${message}\n`);
  const expected = isAppError(error) || error instanceof UsageError;
  if (!expected && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  process.exitCode = error instanceof UsageError ? exitUsage : exitFailed;
});

/**
 * Every setting of the server with its default, bound and unit, and the reader of the config file.
 * Flags win over the environment, the environment over the file, the file over the defaults.
 */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { parse } from 'smol-toml';
import { z } from 'zod';
import { AppError } from './contract/index.js';
import { defaultHome, environment } from './environment.js';

interface Setting {
  schema: z.ZodType;
  about: string;
}

function count(fallback: number, min: number, max: number, about: string) {
  const words = `must be a whole number from ${min} to ${max}`;
  const number = z.number(words).int(words).min(min, words).max(max, words);
  return { schema: z.preprocess(wholeNumber, number).default(fallback), about };
}

/** A number as a flag or variable writes it; what is none stays what it is, and is refused. */
function wholeNumber(value: unknown): unknown {
  return typeof value === 'string' && /^\s*-?\d+\s*$/.test(value) ? Number(value) : value;
}

/** A hundred years. */
const maxKeptMs = 3_153_600_000_000;

/** Names end in their unit: `Ms` milliseconds, `Bytes…` bytes, `Pages…` pages of 4 KiB; the rest are counts. */
export const settings = {
  host: { schema: z.string().min(1).default('127.0.0.1'), about: 'Address to listen on' },
  port: count(18420, 0, 65535, 'Port to listen on; 0 takes any free one'),
  home: { schema: z.string().min(1).default(defaultHome), about: 'Data directory' },
  agentsDir: {
    schema: z.string().default(''),
    about: 'Folder of agents installed for Quarterdeck; when empty, `agents` in the data directory',
  },
  agentIsolation: {
    schema: z.enum(['auto', 'off', 'required'], 'must be auto, off or required').default('auto'),
    about: 'Process namespaces for agents: where they work, never, or no agent without',
  },
  token: {
    schema: z.string().min(1).max(500).default('dev'),
    about: 'Token of the API; `dev` only on loopback',
  },
  allowedHosts: {
    schema: z
      .string()
      .default('')
      .transform((text) =>
        text
          .toLowerCase()
          .split(',')
          .flatMap((name) => (name.trim() === '' ? [] : [name.trim()])),
      ),
    about: 'Further names in the Host header, with commas, such as that of a reverse proxy',
  },
  logLevel: {
    schema: z
      .enum(['debug', 'info', 'warn', 'error', 'silent'], 'must be debug, info, warn, error or silent')
      .default('info'),
    about: 'What is logged on stderr, as JSON lines',
  },

  activeRunsMax: count(64, 1, 10_000, 'Active runs'),
  activeRunsPerProjectMax: count(64, 1, 10_000, 'Active runs of one project'),
  activeRunsPerAgentMax: count(8, 1, 10_000, 'Active runs of one agent other than the built-in one'),
  queuedRunsMax: count(10_000, 1, 1_000_000, 'Queued runs of all sessions'),
  queuedRunsPerSessionMax: count(1000, 1, 100_000, 'Queued runs of one session'),
  waitsMax: count(2000, 1, 100_000, 'Requests that wait for a run at once'),
  streamsMax: count(5000, 1, 100_000, 'Open event streams'),
  connectionsMax: count(12_000, 1, 200_000, 'Open connections'),

  heartbeatMs: count(15_000, 10, 600_000, 'Between two signs of life on a silent stream'),
  warmConversationsMax: count(256, 0, 10_000, 'Conversations kept open between runs'),
  warmAgentConversationsMax: count(
    8,
    0,
    10_000,
    'Of them, those of agents other than the built-in one, each a process of 100 to 600 MB',
  ),
  warmConversationIdleMs: count(900_000, 0, 86_400_000, 'How long an unused conversation stays open'),
  openTimeoutMs: count(60_000, 10, 3_600_000, 'For an agent to start or restore a conversation'),
  firstSignTimeoutMs: count(
    120_000,
    10,
    3_600_000,
    'For the first sign of life after the prompt was handed over',
  ),
  silentModelNoticeMs: count(300_000, 10, 86_400_000, 'Silence of an agent after which a notice is written'),
  silentModelFailMs: count(
    0,
    0,
    86_400_000,
    'Further silence after that notice that fails the run; 0 never does',
  ),
  silentToolNoticeMs: count(1_800_000, 10, 86_400_000, 'Silence of a tool after which a notice is written'),
  silentToolFailMs: count(
    0,
    0,
    86_400_000,
    'Further silence after that notice that fails the run; 0 never does',
  ),
  budgetWarnPercent: count(
    80,
    1,
    100,
    'Of a budget, in percent, after which a notice says that it comes near',
  ),
  usageLimitRetryMs: count(
    900_000,
    1000,
    86_400_000,
    'After a usage limit whose end the provider does not tell, before a run may go on by itself',
  ),
  steerTimeoutMs: count(10_000, 10, 600_000, 'For an agent to take a text into the turn under way'),
  cancelGraceMs: count(2000, 0, 600_000, 'Between the interrupt of a cancelled run and force'),
  killTimeoutMs: count(6000, 100, 600_000, 'For force to end all processes of a cancelled run'),
  drainMs: count(10_000, 0, 3_600_000, 'For active runs to finish when the server is asked to stop'),
  sweepMs: count(5000, 10, 600_000, 'Between two looks for what a lost wake-up left behind'),
  answersKeptMs: count(86_400_000, 1000, 2_592_000_000, 'How long the answer to an idempotency key is kept'),
  deltasKeptMs: count(
    86_400_000,
    0,
    maxKeptMs,
    'How long deltas are kept after their run, where its later events hold the whole; 0 keeps them',
  ),
  logsKeptMs: count(0, 0, maxKeptMs, 'How long events are kept after their run; 0 keeps them'),
  logEventsMax: count(0, 0, 1_000_000_000, 'Latest events of a session that are kept; 0 keeps all'),
  archivedKeptMs: count(0, 0, maxKeptMs, 'After how long an archived session is deleted; 0 keeps it'),

  eventBytesMax: count(262_144, 4096, 1_048_576, 'One event of an agent; longer texts are cut and marked'),
  eventBytesInFlightMax: count(1_048_576, 65_536, 268_435_456, 'Events of one run on their way to the disk'),
  tailBytesMax: count(1_048_576, 65_536, 268_435_456, 'Latest events of a followed session kept in memory'),
  followPageMax: count(500, 10, 10_000, 'Events read at once for a reader that is behind'),
  replayEventsMax: count(2000, 0, 100_000, 'Events in the snapshot that opens a stream'),
  replayBytesMax: count(1_048_576, 0, 67_108_864, 'Events in the snapshot that opens a stream, in bytes'),
  walPagesMax: count(4000, 100, 1_000_000, 'Write-ahead log before it is carried over into the database'),
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;
export type Config = { [Name in SettingName]: z.output<(typeof settings)[Name]['schema']> };

/** `activeRunsMax` is `QUARTERDECK_ACTIVE_RUNS_MAX` in the environment. */
export function environmentName(name: string): string {
  return `QUARTERDECK_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** … and `--active-runs-max` as a flag. */
export function flagName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export interface LoadedConfig {
  config: Config;
  /** What agents may inherit from; the harnesses take an allow-list of it. */
  baseEnv: Readonly<Record<string, string | undefined>>;
  /** Where shared spaces are; the names and the default are those of their format. */
  sharedSpaces: { aspHome: string; agentsRoot: string | undefined };
}

/** `flags` by setting name. Throws `validation_failed` that names the setting, where it was set, and what it takes. */
export function loadConfig(flags: Readonly<Record<string, string | undefined>>): LoadedConfig {
  const env = environment;
  const [givenHome] = firstSet([
    [flags.home, '--home'],
    [env.QUARTERDECK_HOME, 'QUARTERDECK_HOME'],
  ]);
  const named = env.QUARTERDECK_CONFIG || undefined;
  const file = readConfigFile(
    named ?? join(resolve(String(givenHome ?? defaultHome)), 'config.toml'),
    named !== undefined,
  );
  const entries = (Object.keys(settings) as SettingName[]).map((name) => {
    const [value, origin] = firstSet([
      [flags[name], `--${flagName(name)}`],
      [env[environmentName(name)], environmentName(name)],
      [file[name], `${name} in the config file`],
    ]);
    const result = settings[name].schema.safeParse(value);
    if (result.success) return [name, result.data];
    throw new AppError(
      'validation_failed',
      `${origin}: ${result.error.issues[0]?.message ?? 'is not valid'}`,
    );
  });
  const set = Object.fromEntries(entries) as Config;
  const home = resolve(set.home);
  const config = { ...set, home, agentsDir: resolve(set.agentsDir || join(home, 'agents')) };
  refuseOpenToken(config);
  refuseOtherStore(env.DATABASE_URL);
  const sharedSpaces = {
    aspHome: resolve(env.ASP_HOME || join(homedir(), '.asp')),
    agentsRoot: env.ASP_AGENTS_ROOT ? resolve(env.ASP_AGENTS_ROOT) : undefined,
  };
  return { config, baseEnv: env, sharedSpaces };
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function firstSet(candidates: [value: unknown, origin: string][]): [value: unknown, origin: string] {
  // An empty variable counts as not set: that is how shells and compose files unset one.
  return candidates.find(([value]) => value !== undefined && value !== '') ?? [undefined, 'the default'];
}

function readConfigFile(path: string, required: boolean): Record<string, unknown> {
  if (!existsSync(path)) {
    if (required) throw new AppError('validation_failed', `QUARTERDECK_CONFIG: there is no file ${path}`);
    return {};
  }
  try {
    const file = parse(readFileSync(isAbsolute(path) ? path : resolve(path), 'utf8'));
    const unknown = Object.keys(file).filter((name) => !(name in settings));
    if (unknown.length === 0) return file;
    throw new AppError('validation_failed', `${path}: there is no setting "${unknown.join('", "')}"`);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError(
      'validation_failed',
      `${path}: ${error instanceof Error ? error.message : 'cannot be read'}`,
    );
  }
}

function refuseOpenToken({ token, host }: Config): void {
  if (token !== 'dev' || isLoopback(host)) return;
  throw new AppError(
    'validation_failed',
    `The token "dev" is for loopback only, and the server is to listen on ${host}. Set a secret one, for example: QUARTERDECK_TOKEN="$(openssl rand -hex 24)"`,
  );
}

function refuseOtherStore(databaseUrl: string | undefined): void {
  if (databaseUrl === undefined || databaseUrl === '') return;
  throw new AppError(
    'unsupported',
    'DATABASE_URL is set, but this version keeps its data in SQLite only: unset it to start.',
  );
}

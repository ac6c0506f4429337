/** What every command gets: the terminal, the client, and how to name things. */
import type { Command } from 'commander';
import type { Client } from '../client/index.js';
import { type ClientEnvironment, findServer, type ServerAddress } from './context.js';
import type { DoctorParts } from './doctor.js';
import { UsageError } from './exits.js';
import type { Streams, Terminal } from './terminal.js';

/** A setting that `serve` and `doctor` take as a flag. */
export interface SettingFlag {
  name: string;
  flag: string;
  about: string;
}

/** Values of settings, by their names. */
export type LocalFlags = Readonly<Record<string, string | undefined>>;

export interface CliParts extends Streams {
  version: string;
  environment: ClientEnvironment;
  /** The present folder. */
  folder: string;
  /** What only the program can do itself, read when it is asked for. */
  local: {
    settings(): Promise<SettingFlag[]>;
    serve(flags: LocalFlags): Promise<void>;
    /** Copies the data to a file; how large that is. */
    backup(flags: LocalFlags, file: string): Promise<{ home: string; bytes: number }>;
    restore(
      flags: LocalFlags,
      file: string,
      force: boolean,
    ): Promise<{ home: string; oldFile?: string | undefined }>;
    doctorParts(flags: LocalFlags): Promise<Omit<DoctorParts, 'print'>>;
  };
}

export interface GlobalFlags {
  url?: string;
  token?: string;
  json?: boolean;
  color?: boolean;
}

/** A server on this machine answers at once or is not there; what passes by itself, such as a full queue, gets a moment. */
const retryMsMax = 1000;
const delayFirstMs = 100;

export class Cli {
  exitCode = 0;
  private known: Promise<Client> | undefined;
  private server: Promise<ServerAddress> | undefined;

  constructor(
    readonly parts: CliParts,
    readonly flags: GlobalFlags,
    readonly terminal: Terminal,
    /** The whole program, for what describes it. */
    readonly program: Command,
  ) {}

  address(): Promise<ServerAddress> {
    this.server ??= findServer(this.flags, this.parts.environment);
    return this.server;
  }

  client(): Promise<Client> {
    this.known ??= this.connect();
    return this.known;
  }

  private async connect(): Promise<Client> {
    const [{ createClient }, { plainFetch }, address] = await Promise.all([
      import('../client/index.js'),
      import('./plain-fetch.js'),
      this.address(),
    ]);
    return createClient({ ...address, fetch: plainFetch, retry: { msMax: retryMsMax, delayFirstMs } });
  }
}

/** Adds a command's arguments, options, examples and action. */
export type Define = (command: Command, cli: Cli) => void;

/** Shown at the end of the help of a command; a line that does not name the program begins with it. */
export function examples(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => (line.includes('quarterdeck ') ? `  ${line}` : `  quarterdeck ${line}`)).join('\n')}`;
}

/** `90`, `90s`, `1.5m`, `2h`, `500ms`, in milliseconds. */
export function readTime(text: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text.trim()) ?? [];
  if (number === undefined) throw new UsageError(`"${text}" is no time: say 90, 90s, 5m or 2h`);
  const msOf = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[unit as 'ms' | 's' | 'm' | 'h'];
  return Math.round(Number(number) * msOf);
}

export function readCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`"${text}" is no whole number`);
  return Number(text);
}

/** A day in UTC, as the API takes it. */
export function readDay(text: string): string {
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  // A 31st of February becomes another day, or none.
  if (day === undefined || Number.isNaN(day.getTime()) || !day.toISOString().startsWith(text))
    throw new UsageError(`"${text}" is no day: say 2026-11-23`);
  return text;
}

/** For options that may be given more than once. */
export function collect(text: string, before: string[] = []): string[] {
  return [...before, text];
}

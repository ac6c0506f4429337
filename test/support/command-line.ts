/** The command line as a script uses it: its outputs are pipes, and only what a test names is in its environment. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './server-process.js';

export const programPath = join(root, 'dist/main.js');

export interface CommandOptions {
  env?: Readonly<Record<string, string>>;
  /** What standard input holds. */
  input?: string;
  /** The present folder. */
  folder?: string;
  /** Called with what stdout has so far. */
  onOutput?: (stdout: string, kill: (signal: NodeJS.Signals) => void) => void;
}

export interface CommandEnd {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A bound on a hang. */
const msMax = 45_000;

export function environmentOf(env: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: '/nonexistent', LANG: 'C.UTF-8', ...env };
}

export function runCommand(args: readonly string[], options: CommandOptions = {}): Promise<CommandEnd> {
  const { env, input = '', folder = root, onOutput } = options;
  const child = spawn(process.execPath, [programPath, ...args], {
    cwd: folder,
    env: environmentOf(env),
    stdio: 'pipe',
  });
  const end = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    end.stdout += text;
    onOutput?.(end.stdout, (signal) => child.kill(signal));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    end.stderr += text;
  });
  child.stdin.on('error', () => undefined).end(input);
  return new Promise((done, fail) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      fail(new Error(`"${args.join(' ')}" did not end:\n${end.stdout}\n${end.stderr}`));
    }, msMax);
    child.once('close', (code) => {
      clearTimeout(timer);
      done({ code, ...end });
    });
  });
}

/** Speaks to one server. */
export type Ask = (args: readonly string[], options?: CommandOptions) => Promise<CommandEnd>;

export function askServer(url: string, token = 'dev'): Ask {
  return (args, options = {}) =>
    runCommand(args, {
      ...options,
      env: { QUARTERDECK_URL: url, QUARTERDECK_TOKEN: token, ...options.env },
    });
}

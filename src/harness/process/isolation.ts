/**
 * A process namespace for each agent, so that everything that it starts ends with it, whatever that did to hide, and
 * with the server, whatever ends that. It is no sandbox: files, network and user stay those of the server.
 *
 * `bubblewrap` does it where user namespaces are allowed. Outside, in the /proc of the server, there are two processes
 * of it with the agent below them, and all inside have pids of the server's namespace as well.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { AppError } from '../../contract/index.js';
import { cleanEnvironment, type HostEnvironment } from './environment.js';
import type { ProcessExit } from './process-exit.js';

/** `auto`: where it works. `required`: or no agent starts. */
export type IsolationMode = 'auto' | 'off' | 'required';

export interface ProgramStart {
  command: string;
  args: readonly string[];
}

export interface Isolation {
  /** Whether agents are started in a namespace of their own. */
  readonly works: boolean;
  /** What to start instead. Throws AppError `harness_unavailable` where it is required and does not work. */
  wrap(start: ProgramStart): ProgramStart;
}

/** Undefined: it works. Else why it does not, in words. */
export type IsolationProbe = () => Promise<string | undefined>;

const wrapperProgram = 'bwrap';
const wrapperArgs = [
  ...['--bind', '/', '/', '--dev-bind', '/dev', '/dev', '--proc', '/proc'],
  ...['--unshare-pid', '--die-with-parent', '--'],
];

const probeMs = 3000;
const probeWordsMax = 300;
/** How a wrapper tells that what it started was ended by a signal, as shells do. */
const signalExitCodes = 128;

/** Probes once, unless the mode is `off`. Never rejects. */
export async function createIsolation(mode: IsolationMode, probe: IsolationProbe): Promise<Isolation> {
  if (mode === 'off') return noIsolation;
  const problem = await probe();
  if (problem === undefined) return { works: true, wrap: wrapped };
  if (mode === 'auto') return noIsolation;
  return {
    works: false,
    wrap: () => {
      throw new AppError(
        'harness_unavailable',
        `Agents must be isolated, as agentIsolation says, and here that does not work: ${problem}. Install bubblewrap, as in "apt-get install bubblewrap", and allow user namespaces, or set agentIsolation to "auto".`,
      );
    },
  };
}

/** Programs are started as they are. */
export const noIsolation: Isolation = { works: false, wrap: (start) => start };

/** Starts a program that does nothing in the same way as agents are. */
export function probeIsolation(baseEnv: HostEnvironment): IsolationProbe {
  return () =>
    new Promise((resolve) => {
      const { command, args } = wrapped({ command: 'true', args: [] });
      const child = spawn(command, args, {
        env: cleanEnvironment(baseEnv, {}, ''),
        stdio: ['ignore', 'ignore', 'pipe'],
        timeout: probeMs,
        killSignal: 'SIGKILL',
      });
      let words = '';
      child.stderr.on('data', (chunk: Buffer) => {
        words = `${words}${chunk.toString()}`.slice(0, probeWordsMax);
      });
      child.once('error', ({ code, message }: NodeJS.ErrnoException) =>
        resolve(code === 'ENOENT' ? `the program "${wrapperProgram}" is not installed` : message),
      );
      child.once('close', (exitCode) =>
        resolve(
          exitCode === 0 ? undefined : words.trim() || `"${wrapperProgram}" gave no answer in ${probeMs} ms`,
        ),
      );
    });
}

/** What the program came to, of what the wrapper came to. */
export function exitOfWrapped(exit: ProcessExit): ProcessExit {
  const { exitCode = 0 } = exit;
  const ended = Object.entries(constants.signals).find(([, number]) => number === exitCode - signalExitCodes);
  return ended === undefined ? exit : { signal: ended[0] as NodeJS.Signals };
}

function wrapped({ command, args }: ProgramStart): ProgramStart {
  return { command: wrapperProgram, args: [...wrapperArgs, command, ...args] };
}

/**
 * Starts the program of an agent so that it can always be ended: its own process group, a clean environment with a
 * mark that its descendants inherit, and a record in the ledger for the server after this one.
 * It talks over pipes; when this server dies, its standard input ends, and it must end with it.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { AppError } from '../../contract/index.js';
import type { ProcessLedger } from '../../core/index.js';
import { type EndDeadlines, endProcesses } from './end-processes.js';
import { cleanEnvironment, type HostEnvironment } from './environment.js';
import { findOnPath } from './find-program.js';
import { exitOfWrapped, type Isolation, noIsolation } from './isolation.js';
import type { ProcessExit } from './process-exit.js';
import { readStartTicks } from './process-tree.js';
import { TextTail } from './text-tail.js';

/** Of what the program wrote to standard error. */
const stderrBytesMax = 16 * 1024;

export interface SpawnRequest {
  /** The program itself, never a line for a shell. */
  command: string;
  args: readonly string[];
  cwd: string;
  /** The server's own environment, of which an allow-list is passed on. */
  baseEnv: HostEnvironment;
  /** Added to it. */
  env: Readonly<Record<string, string>>;
  mark: string;
  harnessProcessId: string;
  ledger: ProcessLedger;
  /** Absent: the program is started as it is. */
  isolation?: Isolation | undefined;
  /** Told when the ledger could not forget; the record is then left for the next sweep. */
  onLedgerError?: (error: unknown) => void;
}

export interface AgentProcess {
  readonly pid: number;
  readonly startTicks: number;
  readonly mark: string;
  readonly harnessProcessId: string;
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** The end of what it wrote to standard error, trimmed. */
  stderrTail(): string;
  /** Resolves, never rejects, when the program has exited; its output may still hold unread lines. */
  readonly exited: Promise<ProcessExit>;
  /** Ends its whole group and everything marked by it. Rejects when something survives. */
  end(deadlines: EndDeadlines): Promise<void>;
}

/**
 * Resolves when the program runs and the ledger knows it. Throws AppError `harness_unavailable` when it cannot be
 * started, and what the ledger threw, in which case the program was ended.
 */
export async function spawnAgent(request: SpawnRequest): Promise<AgentProcess> {
  const { cwd, baseEnv, env, mark, harnessProcessId, ledger, isolation = noIsolation } = request;
  const ownEnv = cleanEnvironment(baseEnv, env, mark);
  const command = await findProgram(request.command, cwd, ownEnv.PATH);
  const start = isolation.wrap({ command, args: request.args });
  const child = spawn(start.command, start.args, {
    cwd,
    env: ownEnv,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const stderr = new TextTail(stderrBytesMax);
  child.stderr.on('data', (chunk: Buffer) => stderr.append(chunk));
  // When a program exits, Node lets unread output flow away unless somebody listens; its reader comes only later.
  child.stdout.on('readable', () => undefined);
  // A pipe to a program that died reports EPIPE; the exit says it better.
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => undefined);
  let hasExited = false;
  const exited = new Promise<ProcessExit>((settle) => {
    child.once('exit', (code, signal) => {
      hasExited = true;
      const exit = {
        ...(code === null ? {} : { exitCode: code }),
        ...(signal === null ? {} : { signal }),
      };
      settle(isolation.works ? exitOfWrapped(exit) : exit);
    });
  });
  const pid = await started(child, command);
  const startTicks = await readStartTicks(pid);
  const end = async (deadlines: EndDeadlines): Promise<void> => {
    // Once the leader is gone its number may name somebody else's group; the mark never does.
    await endProcesses(
      {
        groups: hasExited ? [] : [pid],
        marks: [mark],
        // The wrapper takes everything inside with it, at once, and ends by itself when that has ended.
        ...(isolation.works ? { unasked: [pid] } : {}),
      },
      deadlines,
    );
  };
  try {
    await ledger.recordProcess({ harnessProcessId, pid, startTicks, mark });
  } catch (error) {
    await end({ graceMs: 0, killMs: 2000 });
    throw error;
  }
  void exited
    .then(() => ledger.forgetProcess(harnessProcessId))
    .catch((error: unknown) => request.onLedgerError?.(error));
  const stderrTail = () => stderr.text().trim();
  return {
    pid,
    startTicks,
    mark,
    harnessProcessId,
    stdin: child.stdin,
    stdout: child.stdout,
    stderrTail,
    exited,
    end,
  };
}

/** A wrapper could only say in its own words that there is no such program. Throws AppError `harness_unavailable`. */
async function findProgram(command: string, cwd: string, path: string | undefined): Promise<string> {
  const named = command.includes('/') ? resolve(cwd, command) : command;
  const found = await findOnPath(named, path);
  if (found === undefined) throw notStarted(command, 'it was not found');
  return found;
}

function notStarted(command: string, reason: string, cause?: unknown): AppError {
  return new AppError('harness_unavailable', `The program "${command}" could not be started: ${reason}.`, {
    cause,
  });
}

function started(child: ChildProcessByStdio<Writable, Readable, Readable>, command: string): Promise<number> {
  return new Promise((settle, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const reason =
        error.code === 'ENOENT' ? 'it (or its working directory) was not found' : (error.code ?? 'unknown');
      reject(notStarted(command, reason, error));
    });
    child.once('spawn', () => {
      if (child.pid === undefined)
        reject(new AppError('harness_unavailable', `The program "${command}" has no pid.`));
      else settle(child.pid);
    });
  });
}

/**
 * The Bash tool: a real shell in the project's folder, in a process group of its own.
 *
 * Standard output and standard error are one pipe, so that what is reported keeps the order of what was written.
 * When the command ends, background processes that it left in its group are ended with it.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { BoundedOutput } from './bounded-output.js';
import { addGroup, endGroup, removeGroup } from './process-groups.js';
import {
  outputBytesMax,
  type Tool,
  type ToolContext,
  type ToolResult,
  textField,
  toolError,
} from './tool.js';

const shell = existsSync('/bin/bash') ? '/bin/bash' : '/bin/sh';
/** Joins the two outputs, then becomes the shell ($0) that runs the command ($1): a fixed script, its data are arguments. */
const launcher = 'exec 2>&1; exec "$0" -c "$1"';
const deafLauncher = `trap "" TERM INT HUP; ${launcher}`;

/** For background processes of a command that ended. */
const leftoverGraceMs = 300;
/** For output that is still in the pipe when everything in the group has ended; a process outside may hold it open. */
const drainMs = 250;

export const bashTool: Tool = { name: 'Bash', run: runBash };

async function runBash(input: unknown, context: ToolContext): Promise<ToolResult> {
  const command = textField(input, 'command');
  if (command === undefined || command.trim() === '') return toolError('Bash needs a command.');
  if (command.includes('\0')) return toolError('A command cannot hold a NUL character.');
  const child = spawn('/bin/sh', ['-c', context.signalsIgnored ? deafLauncher : launcher, shell, command], {
    cwd: context.cwd,
    env: context.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const output = new BoundedOutput(outputBytesMax);
  child.stdout.on('data', (chunk: Buffer) => {
    output.append(chunk);
    context.onOutput(() => output.text());
  });
  const { pid } = child;
  const exit = waitForExit(child);
  if (pid === undefined)
    return toolError(`The shell could not be started: ${(await exit).failure ?? 'unknown reason'}.`);
  addGroup(pid);
  try {
    return await superviseGroup(child, pid, exit, output, context);
  } finally {
    removeGroup(pid);
  }
}

interface Exit {
  code: number;
  failure?: string;
}

function waitForExit(child: ChildProcessByStdio<null, Readable, null>): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ code: 127, failure: error.code ?? error.message }),
    );
    child.once('exit', (code, signal) =>
      resolve({ code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]) }),
    );
  });
}

async function superviseGroup(
  child: ChildProcessByStdio<null, Readable, null>,
  pid: number,
  exit: Promise<Exit>,
  output: BoundedOutput,
  context: ToolContext,
): Promise<ToolResult> {
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  let ending: Promise<void> | undefined;
  const onStop = () => {
    ending = endGroup(pid, context.stopGraceMs());
  };
  context.stop.addEventListener('abort', onStop, { once: true });
  if (context.stop.aborted) onStop();
  const { code } = await exit;
  context.stop.removeEventListener('abort', onStop);
  await (ending ?? endGroup(pid, leftoverGraceMs));
  await Promise.race([closed, after(drainMs)]);
  child.stdout.destroy();
  const { cutBytes } = output;
  return {
    text: output.text(),
    isError: code !== 0,
    details: { exitCode: code, ...(cutBytes > 0 ? { cutBytes } : {}) },
  };
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}

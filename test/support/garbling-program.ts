/** What breaks the protocol of an agent that would not do so by itself: a program around it that spoils its output. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { garbledWord } from './scripted-model/index.js';

/**
 * @param path Of the program that is made, which takes the arguments of the other one.
 * @param program Absolute; each line of its output with `garbledWord` in it is replaced by one that is of no protocol.
 */
export function makeGarblingProgram(path: string, program: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const script = `#!/bin/sh\n'${program}' "$@" | sed -u 's/.*${garbledWord}.*/this is not JSON/'\n`;
  writeFileSync(path, script, { mode: 0o755 });
}

/**
 * The SDK of Claude Code finds its program beside itself, so a copy of it finds another one. Nothing else of what is
 * installed is copied, because that is hundreds of megabytes.
 *
 * @param into A folder for the copy.
 * @param folder That holds the `node_modules` of the installed one.
 * @returns The folder of agents that the copy is in.
 */
export function makeGarblingClaude(into: string, folder: string): string {
  const agentsDir = join(into, 'agents');
  const installed = join(folder, 'node_modules');
  const copied = join(agentsDir, 'claude/node_modules');
  const sdk = '@anthropic-ai/claude-agent-sdk';
  const program = `${sdk}-${process.platform}-${process.arch}`;
  for (const name of [sdk, 'zod', join(program, 'package.json')])
    cpSync(join(installed, name), join(copied, name), { recursive: true });
  makeGarblingProgram(join(copied, program, 'claude'), join(installed, program, 'claude'));
  return agentsDir;
}

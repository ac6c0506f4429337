/** What breaks the protocol of an agent that would not do so by itself: a program around it that spoils its output. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
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

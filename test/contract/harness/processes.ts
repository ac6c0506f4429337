/** Looks at real processes, without the code under test. */
import { existsSync, readdirSync, readFileSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Alive, and not merely waiting to be noticed by its parent. */
export function isAlive(pid: number): boolean {
  try {
    return !/^[ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? 'Z');
  } catch {
    return false;
  }
}

/** Pids whose environment holds a mark that starts with `mark`. */
export function pidsMarked(mark: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return (
          isAlive(pid) && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`QUARTERDECK_MARK=${mark}`)
        );
      } catch {
        return false;
      }
    });
}

/** Pids whose command line holds `words`. */
export function pidsRunning(words: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return isAlive(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(words);
      } catch {
        return false;
      }
    });
}

/** Bytes that a process has written so far, to whatever. */
export function bytesWritten(pid: number): number {
  return Number(/^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);
}

/** The content of a file once it has at least one whole line. */
export async function lineOf(file: string): Promise<string> {
  const lines = () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []);
  if (lines().length < 2) {
    await new Promise<void>((resolve) => {
      const watcher = watch(dirname(file), (_, name) => {
        if (name !== basename(file) || lines().length < 2) return;
        watcher.close();
        resolve();
      });
      if (lines().length >= 2) {
        watcher.close();
        resolve();
      }
    });
  }
  return lines()[0] ?? '';
}

/** Resolves when the process is gone; the bound of the test is the bound of this. */
export async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await pause(5);
}

/** Every process and folder that the bench makes; all are gone when it ends, however it ends. */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folders = new Set<string>();
const processes = new Set<ChildProcess>();

export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quarterdeck-bench-'));
  folders.add(folder);
  return folder;
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  folders.delete(folder);
}

export function track<T extends ChildProcess>(child: T): T {
  processes.add(child);
  child.once('exit', () => processes.delete(child));
  return child;
}

export function cleanUpAtExit(): void {
  process.on('exit', () => {
    for (const child of processes) child.kill('SIGKILL');
    for (const folder of folders) removeFolder(folder);
  });
  const interruptedExitCode = 130;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => process.exit(interruptedExitCode));
  }
}

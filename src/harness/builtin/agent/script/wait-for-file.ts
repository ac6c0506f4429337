import { type FSWatcher, watch } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { containPath, PathRefused } from '../tools/contained-path.js';
import { type Turn, TurnFailed } from '../turn.js';

/** Between two looks, should the watcher say nothing: not every file system reports. */
const pollMs = 250;

/** Resolves when `name` exists below the project's folder. */
export async function waitForFile(turn: Turn, name: string): Promise<void> {
  while (!(await exists(turn.cwd, name))) await change(turn, name);
}

async function exists(cwd: string, name: string): Promise<boolean> {
  try {
    await access(await containPath(cwd, name));
    return true;
  } catch (error) {
    if (error instanceof PathRefused)
      throw new TurnFailed('agent_failed', `script: waitFor: ${error.message}`);
    return false;
  }
}

async function change(turn: Turn, name: string): Promise<void> {
  let watcher: FSWatcher | undefined;
  const changed = new Promise<void>((resolve) => {
    try {
      watcher = watch(path.dirname(path.resolve(turn.cwd, name)), () => resolve());
      watcher.on('error', () => undefined);
    } catch {
      // The folder does not exist yet: the poll finds it.
    }
  });
  const poll = turn.pause(pollMs);
  try {
    // A file that came between the last look and the watcher is found by the poll.
    await Promise.race([changed, poll]);
    turn.throwIfStopped();
  } finally {
    watcher?.close();
    poll.catch(() => undefined);
  }
}

/** A process of its own that has a store open and admits runs until it is killed. Needs the build in `dist/`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const built = (path: string) => pathToFileURL(`${import.meta.dirname}/../../dist/${path}`).href;

/** Prints `open`, then the id of each run that was admitted. */
const program = `
  import { openSqliteStore } from '${built('store/sqlite/index.js')}';
  const [directory] = process.argv.slice(1);
  const store = await openSqliteStore({
    directory,
    wakeup: { notify() {}, subscribe: () => () => {} },
    holder: 'process ' + process.pid,
    onFatal() {},
    walPagesMax: 1000,
  });
  console.log('open');
  const at = 1;
  const projectId = 'rex';
  await store.createProject({ projectId, name: 'Rex', root: '/', sessionBackend: { kind: 'asp' }, createdAt: at, updatedAt: at });
  for (let n = 0; ; n += 1) {
    const id = String(n).padStart(9, '0');
    await store.admitRun({
      run: { runId: 'run_' + id, projectId, prompt: 'sit', freshContext: false, metadata: {}, at },
      session: { create: { sessionId: 'ses_' + id, projectId, name: '', source: { kind: 'batch' }, aspTargetName: 'smokey',
        harness: 'builtin', metadata: {}, direct: false, queue: {}, at } },
      delivery: 'queue', steerable: () => false, queuedPerSessionMax: 10, queuedTotalMax: 1e9, record: undefined,
    });
    console.log('run_' + id);
  }
`;

export interface StoreProcess {
  pid: number;
  /** Resolves with all lines until then when there are so many. */
  lines(count: number): Promise<string[]>;
  /** With a signal that no program can catch; resolves with all it had printed. */
  kill(): Promise<string[]>;
}

export function startStoreProcess(directory: string): StoreProcess {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const seen: string[] = [];
  const reader = createInterface(child.stdout);
  reader.on('line', (line) => seen.push(line));
  const closed = once(reader, 'close');
  return {
    pid: child.pid ?? 0,
    lines: async (count) => {
      while (seen.length < count) await Promise.race([once(reader, 'line'), closed.then(refuseSilence)]);
      return [...seen];
    },
    kill: async () => {
      child.kill('SIGKILL');
      await closed;
      return seen;
    },
  };
}

function refuseSilence(): never {
  throw new Error('the process with the store ended by itself');
}

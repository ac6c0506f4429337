/** Every store behind the port. The contract in `test/contract/store/` runs for each; another one joins by an entry here. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalWakeup, type Store, type Wakeup, type WakeupTopic } from '../../src/core/index.js';
import { openSqliteStore } from '../../src/store/sqlite/index.js';

/** Real wake-ups that also remember what they were told. */
export interface RecordingWakeup extends Wakeup {
  readonly topics: WakeupTopic[];
}

export interface OpenedStore {
  store: Store;
  wakeup: RecordingWakeup;
  /** Closes and opens again over the same data; the new store. */
  reopen(): Promise<Store>;
  /** Removes everything that `open` made. */
  close(): Promise<void>;
}

export interface StoreOptions {
  logEventsMax?: number;
}

export interface StoreUnderTest {
  name: string;
  /** Data is there again after `reopen`. */
  keepsData: boolean;
  open(options?: StoreOptions): Promise<OpenedStore>;
}

export const storesUnderTest: readonly StoreUnderTest[] = [
  {
    name: 'SQLite on a file',
    keepsData: true,
    open: async (options) => {
      const directory = await mkdtemp(join(tmpdir(), 'quarterdeck-store-'));
      return openSqlite(directory, options, () => rm(directory, { recursive: true, force: true }));
    },
  },
  {
    name: 'SQLite in memory',
    keepsData: false,
    open: (options) => openSqlite(':memory:', options, () => Promise.resolve()),
  },
];

export function recordingWakeup(): RecordingWakeup {
  const wakeup = createLocalWakeup();
  const topics: WakeupTopic[] = [];
  return {
    topics,
    notify(notified) {
      const all = [...notified];
      topics.push(...all);
      wakeup.notify(all);
    },
    subscribe: (topic, listener) => wakeup.subscribe(topic, listener),
  };
}

async function openSqlite(
  directory: string,
  options: StoreOptions | undefined,
  remove: () => Promise<void>,
): Promise<OpenedStore> {
  const wakeup = recordingWakeup();
  const open = () =>
    openSqliteStore({
      directory,
      wakeup,
      holder: 'a test',
      onFatal: (error) => {
        throw error;
      },
      walPagesMax: 1000,
      ...options,
    });
  let store = await open();
  return {
    store,
    wakeup,
    reopen: async () => {
      await store.close();
      store = await open();
      return store;
    },
    close: async () => {
      await store.close();
      await remove();
    },
  };
}

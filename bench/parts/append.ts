/** One run with many events and no reader: from the agent's pipe into the log. */
import { join } from 'node:path';
import { takeTurns } from '../floors/floors.js';
import type { SqliteWriterJob } from '../floors/sqlite-writer.js';
import { BenchChild } from '../run/bench-child.js';
import type { Part } from '../run/figures.js';
import { makeFolder, removeFolder } from '../run/leftovers.js';
import { promptFor, withProduct } from '../run/product-server.js';
import { median, wallMs } from '../run/statistics.js';
import { emitScript } from './fan-out.js';
import { prompt } from './run-exchange.js';

const groupRows = 500;
const type = 'message_update';

export const append: Part = ({ quick }) =>
  withProduct({}, async (product) => {
    const rows = quick ? 10_000 : 30_000;
    const sessionId = await product.newSession();
    await product.completeRun(promptFor(sessionId, prompt));
    const sample = await product.completeRun(promptFor(sessionId, emitScript(2000)));
    const page = await product.get<{ events: { event: object }[] }>(
      `/admin/runs/${sample}/events?types=${type}&limit=1`,
    );
    const data = JSON.stringify(page.events[0]?.event);
    const folder = makeFolder();
    const writer = new BenchChild<SqliteWriterJob, { elapsedMs: number }>(
      new URL('../floors/sqlite-writer.js', import.meta.url),
    );
    try {
      const turns = await takeTurns(
        3,
        async () => {
          const startedMs = wallMs();
          await product.completeRun(promptFor(sessionId, emitScript(rows)));
          return (rows / (wallMs() - startedMs)) * 1000;
        },
        async () => {
          const job = { databaseFile: join(folder, 'floor.db'), rows, groupRows, type, data };
          return (rows / (await writer.run(job)).elapsedMs) * 1000;
        },
      );
      return [
        {
          name: 'events of one run into the log',
          unit: '/s',
          value: median(turns.product),
          floor: median(turns.floor),
          note: `floor: bare SQLite, same table and indexes, ${groupRows} rows per durable transaction`,
        },
      ];
    } finally {
      writer.close();
      removeFolder(folder);
    }
  });

/** The floor of appending: bare SQLite takes the same rows into the same table, in durable groups. */
import type { SqliteDatabase } from '../../src/store/sqlite/driver.js';
import { answerJobs } from '../run/bench-child.js';
import { openFloorDatabase } from './floor-database.js';

export interface SqliteWriterJob {
  databaseFile: string;
  rows: number;
  /** Rows of one transaction. */
  groupRows: number;
  type: string;
  data: string;
}

const table = `
  CREATE TABLE IF NOT EXISTS events (session_key INTEGER NOT NULL, seq INTEGER NOT NULL, run_key INTEGER, run_seq INTEGER,
    type TEXT NOT NULL, ts INTEGER NOT NULL, from_agent INTEGER NOT NULL, data TEXT NOT NULL,
    PRIMARY KEY (session_key, seq)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS events_by_run ON events (run_key, run_seq) WHERE run_key IS NOT NULL;
  CREATE INDEX IF NOT EXISTS events_by_type ON events (session_key, type, seq)`;

let database: SqliteDatabase | undefined;
let sessionKey = 0;

async function write({
  databaseFile,
  rows,
  groupRows,
  type,
  data,
}: SqliteWriterJob): Promise<{ elapsedMs: number }> {
  database ??= await openFloorDatabase(databaseFile);
  database.exec(table);
  const insert = database.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  sessionKey += 1;
  const startedMs = performance.now();
  for (let seq = 1; seq <= rows; ) {
    database.exec('BEGIN IMMEDIATE');
    for (const groupEnd = Math.min(rows, seq + groupRows - 1); seq <= groupEnd; seq += 1) {
      insert.run(sessionKey, seq, sessionKey, seq, type, Date.now(), 1, data);
    }
    database.exec('COMMIT');
  }
  return { elapsedMs: performance.now() - startedMs };
}

answerJobs(write);

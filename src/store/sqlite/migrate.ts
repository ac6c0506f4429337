/**
 * Numbered SQL files, up only, one transaction each. The version stands in `PRAGMA user_version`. A file that a newer
 * Quarterdeck has migrated is refused: old code must not guess what new columns mean.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../contract/index.js';
import type { SqliteDatabase } from './driver.js';

const migrationsFolder = fileURLToPath(new URL('../migrations/sqlite/', import.meta.url));

interface Migration {
  version: number;
  name: string;
  sql: string;
}

export function readMigrations(): Migration[] {
  return readdirSync(migrationsFolder)
    .filter((name) => /^\d{4}_[a-z0-9-]+\.sql$/.test(name))
    .sort()
    .map((name) => ({
      version: Number(name.slice(0, 4)),
      name,
      sql: readFileSync(`${migrationsFolder}${name}`, 'utf8'),
    }));
}

/** Throws `store_too_new` when the file was written by a later version. */
export function migrate(database: SqliteDatabase, migrations: readonly Migration[] = readMigrations()): void {
  const known = migrations.at(-1)?.version ?? 0;
  const present = schemaVersion(database);
  if (present > known) {
    throw new AppError(
      'store_too_new',
      `The data directory has schema version ${present}, this Quarterdeck knows up to ${known}: start a newer one.`,
    );
  }
  for (const { version, sql } of migrations.filter((migration) => migration.version > present)) {
    database.exec('BEGIN IMMEDIATE');
    try {
      database.exec(sql);
      database.exec(`PRAGMA user_version = ${version}`);
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  }
}

function schemaVersion(database: SqliteDatabase): number {
  const row = database.prepare('PRAGMA user_version').get() as { user_version: number };
  return row.user_version;
}

import { describe, expect, it, onTestFinished } from 'vitest';
import { loadSqliteDriver, type SqliteDatabase } from './driver.js';
import { migrate, readMigrations } from './migrate.js';

async function emptyDatabase(): Promise<SqliteDatabase> {
  const database = (await loadSqliteDriver()).open(':memory:');
  onTestFinished(() => database.close());
  return database;
}

/** Tables and indexes in order of creation, as SQLite keeps them; those that FTS5 makes for itself are its own matter. */
function dump(database: SqliteDatabase): string {
  const rows = database
    .prepare(
      `SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'
        AND name NOT LIKE 'search_index_%' ORDER BY rowid`,
    )
    .all() as { sql: string }[];
  return [...rows.map(({ sql }) => `${sql};`), `PRAGMA user_version = ${version(database)};`].join('\n\n');
}

function version(database: SqliteDatabase): number {
  return (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
}

describe('migrations', () => {
  it('lead from an empty file to the committed schema (npx vitest run -u writes it anew)', async () => {
    const database = await emptyDatabase();
    migrate(database);
    await expect(`${dump(database)}\n`).toMatchFileSnapshot('../migrations/sqlite/schema.sql');
  });

  it('are numbered from 1 without a gap', () => {
    const versions = readMigrations().map((migration) => migration.version);
    expect(versions).toEqual(versions.map((_, n) => n + 1));
  });

  it('do nothing to a file that is up to date', async () => {
    const database = await emptyDatabase();
    migrate(database);
    const before = dump(database);
    migrate(database);
    expect(dump(database)).toBe(before);
  });

  it('take an older file on from where it stands, keeping its data', async () => {
    const database = await emptyDatabase();
    const first = {
      version: 1,
      name: '0001_a.sql',
      sql: "CREATE TABLE a (x); INSERT INTO a VALUES ('kept')",
    };
    migrate(database, [first]);
    migrate(database, [first, { version: 2, name: '0002_b.sql', sql: 'CREATE TABLE b (y)' }]);
    expect(version(database)).toBe(2);
    expect(database.prepare('SELECT x FROM a').all()).toHaveLength(1);
  });

  it('have the logs of an older file read anew, for an index that takes words otherwise', async () => {
    const database = await emptyDatabase();
    migrate(database, readMigrations().slice(0, 8));
    database.exec(`INSERT INTO projects (project_id, name, root, created_at, updated_at) VALUES ('rex', 'rex', '/', 0, 0);
      INSERT INTO sessions (session_id, project_id, name, source_kind, target, harness, created_at, updated_at, last_activity_at)
        VALUES ('ses_1', 'rex', 'One', 'batch', 'builtin', 'builtin', 0, 0, 0), ('ses_2', 'rex', 'Two', 'batch', 'builtin', 'builtin', 0, 0, 0);
      INSERT INTO search_pending (session_key) VALUES (2);
      INSERT INTO search_progress (session_key, seq) VALUES (1, 5);
      INSERT INTO search_entries (entry_key, session_key, seq) VALUES (1, 1, 5);
      INSERT INTO search_index (rowid, text, place) VALUES (1, '你好世界', 's1');`);
    migrate(database);
    const rowsOf = (sql: string) => database.prepare(sql).all();
    expect(rowsOf("SELECT rowid FROM search_index WHERE search_index MATCH 'place : s1'")).toEqual([]);
    expect(rowsOf('SELECT 1 FROM search_entries UNION ALL SELECT 1 FROM search_progress')).toEqual([]);
    expect(rowsOf('SELECT session_key FROM search_pending ORDER BY session_key')).toHaveLength(2);
  });

  it('leave the file as it was when one of them fails', async () => {
    const database = await emptyDatabase();
    const broken = { version: 1, name: '0001_a.sql', sql: 'CREATE TABLE a (x); CREATE TABLE a (x)' };
    expect(() => migrate(database, [broken])).toThrow();
    expect(dump(database)).toBe('PRAGMA user_version = 0;');
  });

  it('refuse a file of a newer version and say which one it needs', async () => {
    const database = await emptyDatabase();
    database.exec('PRAGMA user_version = 999');
    expect(() => migrate(database)).toThrow(
      expect.objectContaining({ code: 'store_too_new', message: expect.stringContaining('999') }),
    );
  });
});

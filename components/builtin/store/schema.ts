import type { SqliteDatabase } from './sqlite-driver.js';
import { unsupported } from './sqlite-driver.js';

/** Marks a file as ours (`wfhs`), so that a foreign database is never written to. */
const applicationId = 0x77666873;
const schemaVersion = 1;

/** Chunks of one instance have neighbouring keys: creation number times this, plus the number of the chunk. */
export const chunksPerInstance = 65_536;

/**
 * `phase` repeats what follows from the rest so that two questions have an index that is empty for closed instances:
 * which instances must a restart look at, and is anything live. All rows are appended in order of creation: random keys
 * would dirty a page each.
 */
const tables = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE log (lsn INTEGER PRIMARY KEY, batch BLOB NOT NULL);
  CREATE TABLE instance (
    no INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    status INTEGER NOT NULL,
    phase INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    chunks INTEGER NOT NULL,
    lsn INTEGER NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    completed INTEGER,
    expires INTEGER,
    parent TEXT,
    custom TEXT,
    inbox BLOB
  );
  CREATE INDEX instance_live ON instance (phase, no) WHERE phase > 0;
  CREATE TABLE history (key INTEGER PRIMARY KEY, events BLOB NOT NULL);
  CREATE TABLE timer (fire INTEGER, no INTEGER, kind INTEGER, seq INTEGER, PRIMARY KEY (fire, no, kind, seq)) WITHOUT ROWID;
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
`;

/** Creates the tables of an empty file. */
export function createSchema(database: SqliteDatabase, newStoreId: () => string): void {
  if (!isEmpty(database)) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    database.exec(tables);
    database.prepare('INSERT INTO meta VALUES (?, ?)').run('storeId', newStoreId());
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

/** Checks that a file is empty or one of ours. Throws `ERR_STORE_UNSUPPORTED`. */
export function checkSchema(database: SqliteDatabase, path: string): void {
  if (isEmpty(database)) return;
  const id = pragma(database, 'application_id');
  const version = pragma(database, 'user_version');
  if (id !== applicationId) throw unsupported(path, 'it belongs to another program');
  if (version !== schemaVersion) {
    throw unsupported(path, `its schema has version ${String(version)}, not ${schemaVersion}`);
  }
}

export function isEmpty(database: SqliteDatabase): boolean {
  return database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
}

function pragma(database: SqliteDatabase, name: string): unknown {
  return database.prepare(`PRAGMA ${name}`).get()?.[name];
}

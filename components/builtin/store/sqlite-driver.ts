import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { WorkflowError } from '../../../core/index.js';

/** The part of the `node:sqlite` API that is used. */
export interface SqliteDatabase {
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  close(): void;
}

export interface SqliteStatement {
  run(...values: SqliteValue[]): unknown;
  get(...values: SqliteValue[]): SqliteRow | undefined;
  all(...values: SqliteValue[]): SqliteRow[];
  iterate(...values: SqliteValue[]): IterableIterator<SqliteRow>;
}

export type SqliteValue = string | number | null | Uint8Array;
export type SqliteRow = Readonly<Record<string, SqliteValue>>;

interface SqliteModule {
  readonly DatabaseSync: new (path: string, options?: { readonly readOnly?: boolean }) => SqliteDatabase;
}

/** Older ones can corrupt a file whose log is reset while another connection looks. */
const oldestSafeVersion = [3, 51, 3] as const;

const busy = 5;
const notADatabase = 26;
const corrupt = 11;

/** SQLite itself: Node's own where it is there and new enough, else the package of the same interface. Loaded on first use. */
function loadSqlite(path: string): SqliteModule {
  const builtIn = process.getBuiltinModule?.('node:sqlite') as SqliteModule | undefined;
  if (builtIn && isSafe(versionOf(builtIn))) return builtIn;
  const packaged = createRequire(import.meta.url)('@photostructure/sqlite') as SqliteModule;
  const version = versionOf(packaged);
  if (!isSafe(version)) throw unsupported(path, `SQLite ${version} is older than ${oldestSafeVersion.join('.')}`);
  return packaged;
}

function versionOf({ DatabaseSync }: SqliteModule): string {
  const database = new DatabaseSync(':memory:');
  try {
    return String(database.prepare('SELECT sqlite_version() AS version').get()?.['version']);
  } finally {
    database.close();
  }
}

/** Exported for its table of cases. */
export function isSafe(version: string): boolean {
  const parts = version.split('.').map(Number);
  for (const [index, least] of oldestSafeVersion.entries()) {
    const part = parts[index] ?? 0;
    if (part !== least) return part > least;
  }
  return true;
}

/**
 * Opens a file for this process alone, every commit flushed to the disk. `check` sees it before anything is changed,
 * and throws when it is not ours. What is asked for is read back: a commit that may be lost is worse than none.
 * Throws `ERR_STORE_IN_USE`, `ERR_STORE_UNSUPPORTED`, `ERR_STORE_UNAVAILABLE`.
 */
export function openExclusive(path: string, check: (database: SqliteDatabase) => void): SqliteDatabase {
  const { DatabaseSync } = loadSqlite(path);
  let database: SqliteDatabase | undefined;
  try {
    database = new DatabaseSync(path);
    // Exclusive from the first touch on: the lock is on the file itself, so no other name for it gets around it.
    database.exec('PRAGMA locking_mode = EXCLUSIVE');
    check(database);
    expectPragma(database, path, 'journal_mode', 'WAL', 'wal');
    expectPragma(database, path, 'synchronous', 'FULL', 2);
    database.exec('PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 67108864; PRAGMA temp_store = MEMORY');
    database.exec('BEGIN EXCLUSIVE; COMMIT');
    return database;
  } catch (error) {
    if (database) unlockAndClose(database, '');
    throw openError(path, error);
  }
}

/** Closes what `openExclusive` opened. */
export function closeExclusive(database: SqliteDatabase): void {
  // A write-ahead log does not let go of its lock.
  unlockAndClose(database, 'PRAGMA journal_mode = DELETE;');
}

/**
 * Closes a database so that its file is free at once: a closed one lives on, lock and all, until its statements are
 * collected, so the lock is given up first.
 */
function unlockAndClose(database: SqliteDatabase, before: string): void {
  try {
    database.exec(`${before} PRAGMA locking_mode = NORMAL; SELECT 1 FROM sqlite_schema LIMIT 1`);
  } catch {
    // A disk that takes no writes: what was committed is safe in the log, and the lock goes with the process.
  }
  database.close();
}

/** Opens a file to look at it, without ever writing to it; undefined when there is none. Same errors. */
export function openReadOnly(path: string): SqliteDatabase | undefined {
  if (!existsSync(path)) return undefined;
  const { DatabaseSync } = loadSqlite(path);
  let database: SqliteDatabase | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true });
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    return database;
  } catch (error) {
    database?.close();
    throw openError(path, error);
  }
}

function expectPragma(
  database: SqliteDatabase,
  path: string,
  name: string,
  asked: string,
  expected: SqliteValue,
): void {
  database.exec(`PRAGMA ${name} = ${asked}`);
  const got = database.prepare(`PRAGMA ${name}`).get()?.[name];
  if (got !== expected) throw unsupported(path, `${name} is ${String(got)} although ${asked} was asked for`);
}

function openError(path: string, error: unknown): WorkflowError {
  if (error instanceof WorkflowError) return error;
  switch (resultCode(error)) {
    case busy:
      return new WorkflowError('ERR_STORE_IN_USE', { path }, { cause: error });
    case notADatabase:
    case corrupt:
      return unsupported(path, 'it is not a database, or a damaged one', error);
    default:
      return WorkflowError.from(error, 'ERR_STORE_UNAVAILABLE');
  }
}

/** SQLite's primary result code. */
function resultCode(error: unknown): number | undefined {
  const code = typeof error === 'object' && error !== null && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? code & 0xff : undefined;
}

export function unsupported(path: string, reason: string, cause?: unknown): WorkflowError {
  return new WorkflowError('ERR_STORE_UNSUPPORTED', { path, reason }, { cause });
}

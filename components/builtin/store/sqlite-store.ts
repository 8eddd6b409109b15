import { runtimeStatuses } from '../../../core/index.js';
import { checkpointAfterPages, PageEstimate } from './page-estimate.js';
import { checkSchema, chunksPerInstance, createSchema } from './schema.js';
import {
  closeExclusive,
  openExclusive,
  type SqliteDatabase,
  type SqliteRow,
  type SqliteStatement,
} from './sqlite-driver.js';
import { rowQuerySql } from './row-query.js';
import {
  phases,
  timerKinds,
  type InstanceRow,
  type LogRow,
  type RowQuery,
  type RowWrite,
  type Store,
  type StoreGroup,
  type TimerKey,
} from './store.js';
import { fromColumn, toColumn } from './text.js';

const nothing = new Uint8Array(0);

/** The store in one SQLite file; layout in `schema.ts`. */
export class SqliteStore implements Store {
  readonly storeId: string;
  /** Held as long as the store: statements do not keep their database alive. */
  readonly #database: SqliteDatabase;
  readonly #sql: Statements;
  readonly #pages = new PageEstimate();
  #closed = false;

  /** `path`: a file, or `:memory:`. Throws `ERR_STORE_IN_USE`, `ERR_STORE_UNSUPPORTED`, `ERR_STORE_UNAVAILABLE`. */
  constructor(path: string, newStoreId: () => string) {
    this.#database = openExclusive(path, (database) => checkSchema(database, path));
    try {
      createSchema(this.#database, newStoreId);
      this.#sql = prepareStatements(this.#database);
      this.storeId = String(this.#database.prepare("SELECT value FROM meta WHERE key = 'storeId'").get()?.['value']);
    } catch (error) {
      closeExclusive(this.#database);
      throw error;
    }
  }

  lastLsn(): number {
    return Number(this.#sql.lastLsn.get()?.['lsn'] ?? 0);
  }

  lastNo(): number {
    return Number(this.#sql.lastNo.get()?.['no'] ?? 0);
  }

  commit(group: StoreGroup): void {
    this.#sql.begin.run();
    try {
      this.#write(group);
      this.#sql.commit.run();
    } catch (error) {
      this.#rollBack();
      throw error;
    }
    this.#pages.add(group);
    if (this.#pages.count > checkpointAfterPages) this.checkpoint();
  }

  #write(group: StoreGroup): void {
    const sql = this.#sql;
    sql.insertLog.run(group.lsn, group.batch);
    for (const no of group.removed) {
      sql.deleteRow.run(no);
      this.#deleteChunks(no);
    }
    for (const write of group.rows) this.#writeRow(write);
    for (const key of group.timersAdded) sql.insertTimer.run(...timerValues(key));
    for (const key of group.timersRemoved) sql.deleteTimer.run(...timerValues(key));
    if (group.trimBelow > 0) sql.trimLog.run(group.trimBelow);
  }

  #writeRow({ row, chunk, dropChunks }: RowWrite): void {
    if (dropChunks) this.#deleteChunks(row.no);
    if (chunk) this.#sql.insertChunk.run(row.no * chunksPerInstance + chunk.index, chunk.events);
    this.#sql.writeRow.run(
      row.no,
      toColumn(row.instanceId),
      toColumn(row.workflowName),
      runtimeStatuses.indexOf(row.status),
      phases.indexOf(row.phase),
      row.generation,
      row.chunkCount,
      row.lsn,
      row.createdAtMs,
      row.lastUpdatedAtMs,
      row.completedAtMs ?? null,
      row.expiresAtMs ?? null,
      row.parentInstanceId === undefined ? null : toColumn(row.parentInstanceId),
      row.customStatus === undefined ? null : toColumn(row.customStatus),
      row.inbox.length === 0 ? null : row.inbox,
    );
  }

  #deleteChunks(no: number): void {
    this.#sql.deleteChunks.run(no * chunksPerInstance, (no + 1) * chunksPerInstance - 1);
  }

  /** A commit that failed may have ended the transaction by itself. */
  #rollBack(): void {
    try {
      this.#sql.rollback.run();
    } catch {
      // Nothing was open any more.
    }
  }

  rowOf(instanceId: string): InstanceRow | undefined {
    const row = this.#sql.rowOf.get(toColumn(instanceId));
    return row && instanceRow(row);
  }

  rowAt(no: number): InstanceRow | undefined {
    const row = this.#sql.rowAt.get(no);
    return row && instanceRow(row);
  }

  chunks(no: number): Uint8Array[] {
    const rows = this.#sql.chunks.all(no * chunksPerInstance, (no + 1) * chunksPerInstance - 1);
    return rows.map((row) => blob(row, 'events'));
  }

  *log(): Generator<LogRow> {
    for (const row of this.#sql.log.iterate()) yield { lsn: Number(row['lsn']), batch: blob(row, 'batch') };
  }

  busy(afterNo: number, limit: number): number[] {
    return this.#sql.busy.all(afterNo, limit).map((row) => Number(row['no']));
  }

  list(query: RowQuery): InstanceRow[] {
    const { sql, values } = rowQuerySql(query);
    return this.#database
      .prepare(sql)
      .all(...values)
      .map(instanceRow);
  }

  timers(after: TimerKey, toMs: number, limit: number): TimerKey[] {
    return this.#sql.timers.all(...timerValues(after), toMs, limit).map(timerKey);
  }

  nextTimerMs(after: TimerKey): number | undefined {
    const row = this.#sql.nextTimer.get(...timerValues(after));
    return row && numberIn(row, 'fire');
  }

  checkpoint(): void {
    if (this.#closed || this.#pages.count === 0) return;
    this.#pages.reset();
    try {
      this.#database.exec('PRAGMA wal_checkpoint(PASSIVE)');
    } catch {
      // What was committed stays readable in the write-ahead log; the next one tries again.
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeExclusive(this.#database);
  }
}

interface Statements {
  readonly begin: SqliteStatement;
  readonly commit: SqliteStatement;
  readonly rollback: SqliteStatement;
  readonly insertLog: SqliteStatement;
  readonly trimLog: SqliteStatement;
  readonly log: SqliteStatement;
  readonly lastLsn: SqliteStatement;
  readonly lastNo: SqliteStatement;
  readonly writeRow: SqliteStatement;
  readonly deleteRow: SqliteStatement;
  readonly rowOf: SqliteStatement;
  readonly rowAt: SqliteStatement;
  readonly busy: SqliteStatement;
  readonly insertChunk: SqliteStatement;
  readonly deleteChunks: SqliteStatement;
  readonly chunks: SqliteStatement;
  readonly insertTimer: SqliteStatement;
  readonly deleteTimer: SqliteStatement;
  readonly timers: SqliteStatement;
  readonly nextTimer: SqliteStatement;
}

function prepareStatements(database: SqliteDatabase): Statements {
  const prepare = (sql: string): SqliteStatement => database.prepare(sql);
  return {
    begin: prepare('BEGIN IMMEDIATE'),
    commit: prepare('COMMIT'),
    rollback: prepare('ROLLBACK'),
    insertLog: prepare('INSERT INTO log VALUES (?, ?)'),
    trimLog: prepare('DELETE FROM log WHERE lsn < ?'),
    log: prepare('SELECT lsn, batch FROM log ORDER BY lsn'),
    lastLsn: prepare('SELECT max(lsn) AS lsn FROM log'),
    lastNo: prepare('SELECT max(no) AS no FROM instance'),
    writeRow: prepare(`INSERT INTO instance VALUES (${Array.from({ length: 15 }, () => '?').join(', ')})
      ON CONFLICT (no) DO UPDATE SET name = excluded.name, status = excluded.status, phase = excluded.phase,
      generation = excluded.generation, chunks = excluded.chunks, lsn = excluded.lsn, created = excluded.created,
      updated = excluded.updated, completed = excluded.completed, expires = excluded.expires, parent = excluded.parent,
      custom = excluded.custom, inbox = excluded.inbox`),
    deleteRow: prepare('DELETE FROM instance WHERE no = ?'),
    rowOf: prepare('SELECT * FROM instance WHERE id = ?'),
    rowAt: prepare('SELECT * FROM instance WHERE no = ?'),
    busy: prepare('SELECT no FROM instance WHERE phase = 2 AND no > ? ORDER BY no LIMIT ?'),
    insertChunk: prepare('INSERT INTO history VALUES (?, ?)'),
    deleteChunks: prepare('DELETE FROM history WHERE key BETWEEN ? AND ?'),
    chunks: prepare('SELECT events FROM history WHERE key BETWEEN ? AND ? ORDER BY key'),
    insertTimer: prepare('INSERT OR IGNORE INTO timer VALUES (?, ?, ?, ?)'),
    deleteTimer: prepare('DELETE FROM timer WHERE fire = ? AND no = ? AND kind = ? AND seq = ?'),
    timers: prepare(`SELECT * FROM timer WHERE (fire, no, kind, seq) > (?, ?, ?, ?) AND fire <= ?
      ORDER BY fire, no, kind, seq LIMIT ?`),
    nextTimer: prepare(`SELECT fire FROM timer WHERE (fire, no, kind, seq) > (?, ?, ?, ?)
      ORDER BY fire, no, kind, seq LIMIT 1`),
  };
}

function instanceRow(row: SqliteRow): InstanceRow {
  return {
    no: Number(row['no']),
    instanceId: fromColumn(String(row['id'])),
    workflowName: fromColumn(String(row['name'])),
    status: runtimeStatuses[Number(row['status'])] ?? 'RUNNING',
    phase: phases[Number(row['phase'])] ?? 'busy',
    generation: Number(row['generation']),
    chunkCount: Number(row['chunks']),
    lsn: Number(row['lsn']),
    createdAtMs: Number(row['created']),
    lastUpdatedAtMs: Number(row['updated']),
    ...present('completedAtMs', numberIn(row, 'completed')),
    ...present('expiresAtMs', numberIn(row, 'expires')),
    ...present('parentInstanceId', textIn(row, 'parent')),
    ...present('customStatus', textIn(row, 'custom')),
    inbox: row['inbox'] === null ? nothing : blob(row, 'inbox'),
  };
}

function present<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: V });
}

function numberIn(row: SqliteRow, column: string): number | undefined {
  const value = row[column];
  return typeof value === 'number' ? value : undefined;
}

function textIn(row: SqliteRow, column: string): string | undefined {
  const value = row[column];
  return typeof value === 'string' ? fromColumn(value) : undefined;
}

function blob(row: SqliteRow, column: string): Uint8Array {
  const value = row[column];
  return value instanceof Uint8Array ? value : nothing;
}

function timerValues(key: TimerKey): [number, number, number, number] {
  return [key.fireAtMs, key.no, timerKinds.indexOf(key.kind), key.seq];
}

function timerKey(row: SqliteRow): TimerKey {
  const kind = timerKinds[Number(row['kind'])] ?? 'timer';
  return { fireAtMs: Number(row['fire']), no: Number(row['no']), kind, seq: Number(row['seq']) };
}

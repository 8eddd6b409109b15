import {
  firstTimerKey,
  type InstanceRow,
  type LogRow,
  type RowQuery,
  type RowWrite,
  type Store,
  type StoreGroup,
  type TimerKey,
} from './store.js';

/** The store without a file: what `:memory:` gives, and the plain reading of what the SQLite store must do. */
export class MemoryStore implements Store {
  readonly storeId: string;
  #log: LogRow[] = [];
  #lastLsn = 0;
  readonly #rows = new Map<number, InstanceRow>();
  readonly #nos = new Map<string, number>();
  readonly #chunks = new Map<number, Uint8Array[]>();
  readonly #timers: TimerKey[] = [];

  constructor(storeId: string) {
    this.storeId = storeId;
  }

  lastLsn(): number {
    return this.#lastLsn;
  }

  lastNo(): number {
    let last = 0;
    for (const no of this.#rows.keys()) last = Math.max(last, no);
    return last;
  }

  commit(group: StoreGroup): void {
    if (group.lsn <= this.#lastLsn) throw new Error(`log row ${group.lsn} is there already`);
    this.#lastLsn = group.lsn;
    this.#log.push({ lsn: group.lsn, batch: group.batch });
    for (const no of group.removed) this.#remove(no);
    for (const write of group.rows) this.#writeRow(write);
    for (const key of group.timersAdded) this.#addTimer(key);
    for (const key of group.timersRemoved) this.#removeTimer(key);
    this.#log = this.#log.slice(this.#log.findIndex(({ lsn }) => lsn >= group.trimBelow));
  }

  #remove(no: number): void {
    const row = this.#rows.get(no);
    if (row) this.#nos.delete(row.instanceId);
    this.#rows.delete(no);
    this.#chunks.delete(no);
  }

  #writeRow({ row, chunk, dropChunks }: RowWrite): void {
    const owner = this.#nos.get(row.instanceId) ?? row.no;
    if (owner !== row.no) throw new Error(`instance "${row.instanceId}" has a row already`);
    if (dropChunks) this.#chunks.delete(row.no);
    const chunks = this.#chunks.get(row.no) ?? [];
    if (chunk) this.#chunks.set(row.no, [...chunks, chunk.events]);
    this.#rows.set(row.no, row);
    this.#nos.set(row.instanceId, row.no);
  }

  rowOf(instanceId: string): InstanceRow | undefined {
    const no = this.#nos.get(instanceId);
    return no === undefined ? undefined : this.#rows.get(no);
  }

  rowAt(no: number): InstanceRow | undefined {
    return this.#rows.get(no);
  }

  chunks(no: number): Uint8Array[] {
    return [...(this.#chunks.get(no) ?? [])];
  }

  log(): Iterable<LogRow> {
    return [...this.#log];
  }

  busy(afterNo: number, limit: number): number[] {
    return this.#inOrder((row) => row.phase === 'busy' && row.no > afterNo)
      .slice(0, limit)
      .map((row) => row.no);
  }

  list(query: RowQuery): InstanceRow[] {
    return this.#inOrder((row) => matches(row, query)).slice(0, query.limit);
  }

  #inOrder(wanted: (row: InstanceRow) => boolean): InstanceRow[] {
    return [...this.#rows.values()].filter(wanted).toSorted((one, other) => one.no - other.no);
  }

  timers(after: TimerKey, toMs: number, limit: number): TimerKey[] {
    const due = this.#timers.filter((key) => compareTimers(key, after) > 0 && key.fireAtMs <= toMs);
    return due.slice(0, limit);
  }

  nextTimerMs(after: TimerKey = firstTimerKey): number | undefined {
    return this.#timers.find((key) => compareTimers(key, after) > 0)?.fireAtMs;
  }

  #addTimer(key: TimerKey): void {
    const index = this.#timers.findIndex((other) => compareTimers(other, key) >= 0);
    const at = index < 0 ? this.#timers.length : index;
    const there = this.#timers[at];
    if (!there || compareTimers(there, key) !== 0) this.#timers.splice(at, 0, key);
  }

  #removeTimer(key: TimerKey): void {
    const index = this.#timers.findIndex((other) => compareTimers(other, key) === 0);
    if (index >= 0) this.#timers.splice(index, 1);
  }

  checkpoint(): void {
    // There is no file to keep in order.
  }

  close(): void {
    // Whoever holds the store may open an engine on it again: that is how tests restart one.
  }
}

function matches(row: InstanceRow, query: RowQuery): boolean {
  const { statuses, workflowName, instanceIdPrefix = '', createdFromMs, createdToMs, completedBeforeMs } = query;
  return (
    row.no > query.afterNo &&
    (!statuses || statuses.includes(row.status)) &&
    (workflowName === undefined || row.workflowName === workflowName) &&
    row.instanceId.startsWith(instanceIdPrefix) &&
    row.createdAtMs >= (createdFromMs ?? -Infinity) &&
    row.createdAtMs <= (createdToMs ?? Infinity) &&
    (completedBeforeMs === undefined || (row.completedAtMs ?? Infinity) < completedBeforeMs)
  );
}

function compareTimers(one: TimerKey, other: TimerKey): number {
  return one.fireAtMs - other.fireAtMs || one.no - other.no || kindOrder(one) - kindOrder(other) || one.seq - other.seq;
}

function kindOrder({ kind }: TimerKey): number {
  return kind === 'timer' ? 0 : kind === 'start' ? 1 : 2;
}

import type {
  InstanceRow,
  LogRow,
  RowQuery,
  Store,
  StoreGroup,
  TimerKey,
} from '../../../../components/builtin/store/store.js';

export type StoreCall = Exclude<keyof Store, 'storeId' | 'close' | 'checkpoint'>;

/** Called around every store call. What it throws, the engine sees: before, nothing was done; after, all was. */
export type StoreHook = (call: StoreCall, moment: 'before' | 'after', count: number) => void;

/** A store that fails when it is told to, and stops answering when its process is said to have died. */
export class FaultyStore implements Store {
  readonly storeId: string;
  commits = 0;
  calls = 0;
  readonly #store: Store;
  readonly #hook: StoreHook;
  #dead = false;

  constructor(store: Store, hook: StoreHook = () => undefined) {
    this.storeId = store.storeId;
    this.#store = store;
    this.#hook = hook;
  }

  /** As a killed process: what was committed stays, nothing more happens. */
  kill(): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#store.close();
  }

  #call<T>(call: StoreCall, run: () => T): T {
    if (this.#dead) throw new Error('the process is dead');
    this.calls += 1;
    const count = this.calls;
    this.#hook(call, 'before', count);
    const answer = run();
    this.#hook(call, 'after', count);
    return answer;
  }

  commit(group: StoreGroup): void {
    this.#call('commit', () => {
      this.#store.commit(group);
      this.commits += 1;
    });
  }

  lastLsn(): number {
    return this.#call('lastLsn', () => this.#store.lastLsn());
  }

  lastNo(): number {
    return this.#call('lastNo', () => this.#store.lastNo());
  }

  rowOf(instanceId: string): InstanceRow | undefined {
    return this.#call('rowOf', () => this.#store.rowOf(instanceId));
  }

  rowAt(no: number): InstanceRow | undefined {
    return this.#call('rowAt', () => this.#store.rowAt(no));
  }

  chunks(no: number): Uint8Array[] {
    return this.#call('chunks', () => this.#store.chunks(no));
  }

  log(): Iterable<LogRow> {
    return this.#call('log', () => [...this.#store.log()]);
  }

  busy(afterNo: number, limit: number): number[] {
    return this.#call('busy', () => this.#store.busy(afterNo, limit));
  }

  list(query: RowQuery): InstanceRow[] {
    return this.#call('list', () => this.#store.list(query));
  }

  timers(after: TimerKey, toMs: number, limit: number): TimerKey[] {
    return this.#call('timers', () => this.#store.timers(after, toMs, limit));
  }

  nextTimerMs(after: TimerKey): number | undefined {
    return this.#call('nextTimerMs', () => this.#store.nextTimerMs(after));
  }

  checkpoint(): void {
    if (!this.#dead) this.#store.checkpoint();
  }

  close(): void {
    this.kill();
  }
}

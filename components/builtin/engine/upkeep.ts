import type { Clock } from '../../../core/index.js';
import type { Store } from '../store/store.js';
import type { Writer } from './writer.js';

/** An instance is in the log for so long at most, unless it ends before: the log is what a restart has to read. */
const compactAfterMs = 30_000;
/** Or until the log has grown by so much. */
const compactAfterBytes = 64 * 1024 * 1024;
/** Rows written in one group, so that compacting is no pause. */
const compactRows = 500;
/** Without a flush for so long, the store has time to tidy up. */
const idleMs = 250;

export interface UpkeepOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly writer: Writer;
}

/** Keeps the log short and the file tidy, in moments when nobody waits. */
export class Upkeep {
  readonly #options: UpkeepOptions;
  #cancelCompact: (() => void) | undefined;
  #cancelIdle: (() => void) | undefined;
  #bytesAtCompaction = 0;
  #flushesSeen = 0;
  /** Instances logged before this log row are being compacted; absent: none are. */
  #compactBelow: number | undefined;
  #closed = false;

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  /** After every flush. */
  flushed(): void {
    if (this.#closed) return;
    const { writer, clock } = this.#options;
    if (this.#compactBelow !== undefined) this.#compactSome(this.#compactBelow);
    else if (writer.loggedBytes - this.#bytesAtCompaction > compactAfterBytes) this.#compact();
    else if (writer.logged.size > 0)
      this.#cancelCompact ??= clock.at(clock.now() + compactAfterMs, () => this.#compact());
    this.#cancelIdle ??= clock.at(clock.now() + idleMs, () => this.#idle());
  }

  #compact(): void {
    this.#cancelCompact?.();
    this.#cancelCompact = undefined;
    const { writer } = this.#options;
    this.#bytesAtCompaction = writer.loggedBytes;
    this.#compactSome(writer.nextLsn);
  }

  /** Writes rows of the longest logged instances; the next flush goes on. */
  #compactSome(below: number): void {
    this.#compactBelow = undefined;
    let count = 0;
    for (const instance of this.#options.writer.logged) {
      if ((instance.firstLsn ?? below) >= below) return;
      if (count === compactRows) break;
      this.#options.writer.save(instance);
      count += 1;
    }
    if (count > 0) this.#compactBelow = below;
  }

  #idle(): void {
    this.#cancelIdle = undefined;
    const { store, clock, writer } = this.#options;
    if (writer.flushes === this.#flushesSeen) return store.checkpoint();
    this.#flushesSeen = writer.flushes;
    this.#cancelIdle = clock.at(clock.now() + idleMs, () => this.#idle());
  }

  close(): void {
    this.#closed = true;
    this.#cancelCompact?.();
    this.#cancelIdle?.();
  }
}

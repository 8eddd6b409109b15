import type { StoreGroup } from './store.js';

const pageBytes = 4096;

/**
 * How much a commit may leave in the write-ahead log before it is moved to the file: 1,000 pages are SQLite's own
 * default, after which it would do the same. Moved in idle moments before, so that few callers ever wait for it.
 */
export const checkpointAfterPages = 1_000;

/** Counts roughly how many pages commits have put into the write-ahead log: asking the file would cost a system call each. */
export class PageEstimate {
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(group: StoreGroup): void {
    // The log's leaf, and half a page for every row, its index entry and its chunk.
    this.#count += 2 + group.batch.length / pageBytes + (group.rows.length + group.removed.length) / 2;
  }

  reset(): void {
    this.#count = 0;
  }
}

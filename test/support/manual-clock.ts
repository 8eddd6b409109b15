import type { Clock } from '../../core/index.js';

/** A clock that stands still until it is advanced; callbacks run in order of their time. */
export class ManualClock implements Clock {
  #now: number;
  readonly #due: { atMs: number; callback: () => void }[] = [];

  constructor(nowMs = Date.UTC(2030, 0, 1)) {
    this.#now = nowMs;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  get pending(): number {
    return this.#due.length;
  }

  at(atMs: number, callback: () => void): () => void {
    const entry = { atMs, callback };
    this.#due.push(entry);
    return () => {
      const index = this.#due.indexOf(entry);
      if (index >= 0) this.#due.splice(index, 1);
    };
  }

  /** The earliest callback's time, if there is one. */
  next(): number | undefined {
    return this.#due.length === 0 ? undefined : Math.min(...this.#due.map((entry) => entry.atMs));
  }

  /** Moves on and runs what is due on the way. */
  advance(byMs: number): void {
    const target = this.#now + byMs;
    for (;;) {
      const next = this.next();
      if (next === undefined || next > target) break;
      this.#now = Math.max(this.#now, next);
      const [entry] = this.#due.splice(
        this.#due.findIndex((candidate) => candidate.atMs === next),
        1,
      );
      entry?.callback();
    }
    this.#now = target;
  }
}

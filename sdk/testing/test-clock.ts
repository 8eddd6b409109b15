import type { Clock } from '../../core/index.js';

interface Alarm {
  readonly atMs: number;
  readonly callback: () => void;
}

/** Time that stands still until it is moved. */
export class TestClock implements Clock {
  /** By time, earliest first; of one time in the order they were set. */
  readonly #alarms: Alarm[] = [];
  #now: number;
  /** Alarms ever set: shows that something happens. */
  alarmsSet = 0;

  constructor(nowMs: number) {
    this.#now = nowMs;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  at(atMs: number, callback: () => void): () => void {
    this.alarmsSet += 1;
    const alarm = { atMs, callback };
    const after = this.#alarms.findIndex((other) => other.atMs > atMs);
    this.#alarms.splice(after === -1 ? this.#alarms.length : after, 0, alarm);
    return () => {
      const index = this.#alarms.indexOf(alarm);
      if (index !== -1) this.#alarms.splice(index, 1);
    };
  }

  /** When the next alarm rings. */
  get nextMs(): number | undefined {
    return this.#alarms[0]?.atMs;
  }

  /** Moves on to a time and rings what was set for then or before. Never goes back. */
  moveTo(atMs: number): void {
    this.#now = Math.max(this.#now, atMs);
    while ((this.#alarms[0]?.atMs ?? Infinity) <= this.#now) this.#alarms.shift()?.callback();
  }
}

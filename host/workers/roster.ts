import type { Worker } from '../../core/index.js';

/** One attached worker and what it has in hand. */
export interface Seat {
  readonly worker: Worker;
  inFlight: number;
}

/** Executions whose last worker is remembered. Above it the oldest are forgotten: a cold replay is the price. */
const maxRemembered = 50_000;

/** The attached workers, and who served which instance last. */
export class Roster {
  readonly #seats: Seat[] = [];
  readonly #lastSeat = new Map<string, Seat>();
  #cursor = 0;

  get size(): number {
    return this.#seats.length;
  }

  add(seat: Seat): void {
    this.#seats.push(seat);
  }

  /** False: it was not there. */
  remove(seat: Seat): boolean {
    const index = this.#seats.indexOf(seat);
    if (index < 0) return false;
    this.#seats.splice(index, 1);
    for (const [instanceId, last] of this.#lastSeat) if (last === seat) this.#lastSeat.delete(instanceId);
    return true;
  }

  workers(): readonly Worker[] {
    return this.#seats.map((seat) => seat.worker);
  }

  /** With one worker there is no choice to remember. */
  remember(instanceId: string, seat: Seat): void {
    if (this.#seats.length < 2) return;
    this.#lastSeat.delete(instanceId);
    this.#lastSeat.set(instanceId, seat);
    if (this.#lastSeat.size <= maxRemembered) return;
    const [oldest] = this.#lastSeat.keys();
    if (oldest !== undefined) this.#lastSeat.delete(oldest);
  }

  forget(instanceId: string): void {
    this.#lastSeat.delete(instanceId);
  }

  lastSeatOf(instanceId: string): Seat | undefined {
    return this.#lastSeat.get(instanceId);
  }

  /** All seats once, beginning with another one each time, so that equals take turns. */
  *inTurn(): Iterable<Seat> {
    const seats = this.#seats;
    const { length } = seats;
    const start = this.#cursor++ % Math.max(length, 1);
    for (let step = 0; step < length; step++) {
      const seat = seats[(start + step) % length];
      if (seat) yield seat;
    }
  }
}

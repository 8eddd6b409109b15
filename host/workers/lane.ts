import { WorkflowError, type Worker } from '../../core/index.js';
import type { Permits } from './permits.js';
import type { Roster, Seat } from './roster.js';

type Gone = { readonly kind: 'gone'; readonly reason: string };

/** What differs between turns and activities. Handing out is the same. */
export interface Handling<Item, Outcome> {
  readonly kind: 'turn' | 'activity';
  suits(worker: Worker, item: Item): 'named' | 'any' | 'no';
  run(worker: Worker, item: Item): Promise<Outcome>;
  /** The name that limits go by. */
  nameOf(item: Item): string;
  /** Whether the worker that served the instance last does it best: it has the execution in memory. */
  prefersLast(item: Item): boolean;
  /** Called as an item goes out; it may exchange the item for the worker. The result is told the outcome. */
  readonly watch?: (item: Item) => { readonly item: Item; readonly settled: (outcome: Outcome | Gone) => void };
}

/** Hands out items of one kind: to whom, and whether now. */
export class Lane<Item extends { readonly instanceId: string }, Outcome> {
  readonly #handling: Handling<Item, Outcome>;
  readonly #roster: Roster;
  readonly #permits: Permits | undefined;
  readonly #onSettled: (worker: Worker, permitMissed: boolean) => void;
  /** An item found only full workers since the last time room was announced. */
  #starved = false;
  #inFlight = 0;

  constructor(
    handling: Handling<Item, Outcome>,
    roster: Roster,
    permits: Permits | undefined,
    /** An item is back. `permitMissed`: somebody was refused for want of its permit. */
    onSettled: (worker: Worker, permitMissed: boolean) => void,
  ) {
    this.#handling = handling;
    this.#roster = roster;
    this.#permits = permits;
    this.#onSettled = onSettled;
  }

  /** Permits out now; 0 without limits. */
  get permitsTaken(): number {
    return this.#permits?.taken ?? 0;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  offer(item: Item): Promise<Outcome | Gone> | undefined {
    const name = this.#handling.nameOf(item);
    if (this.#permits && !this.#permits.available(name)) return undefined;
    const seat = this.#choose(item);
    if (!seat) return undefined;
    if (this.#handling.prefersLast(item)) this.#roster.remember(item.instanceId, seat);
    this.#permits?.take(name);
    seat.inFlight += 1;
    this.#inFlight += 1;
    return this.#handOut(item, name, seat);
  }

  /** Whether the worker has room that somebody was refused for want of; said once per refusal. */
  roomFoundAt(worker: Worker): boolean {
    if (!this.#starved || !worker.hasRoom(this.#handling.kind)) return false;
    this.#starved = false;
    return true;
  }

  /** Whoever has the name registered before whoever takes anything; then the last one; then the least busy. */
  #choose(item: Item): Seat | undefined {
    const { kind } = this.#handling;
    const last = this.#handling.prefersLast(item) ? this.#roster.lastSeatOf(item.instanceId) : undefined;
    let best: Seat | undefined;
    let bestRank = 0;
    let suited = false;
    for (const seat of this.#roster.inTurn()) {
      const suits = this.#handling.suits(seat.worker, item);
      if (suits === 'no') continue;
      suited = true;
      if (!seat.worker.hasRoom(kind)) continue;
      const rank = (suits === 'named' ? 3 : 1) + (seat === last ? 1 : 0);
      if (rank < bestRank || (rank === bestRank && best && seat.inFlight >= best.inFlight)) continue;
      best = seat;
      bestRank = rank;
    }
    if (!best && suited) this.#starved = true;
    return best;
  }

  #handOut(item: Item, name: string, seat: Seat): Promise<Outcome | Gone> {
    const watched = this.#handling.watch?.(item);
    const settle = (outcome: Outcome | Gone): Outcome | Gone => {
      seat.inFlight -= 1;
      this.#inFlight -= 1;
      watched?.settled(outcome);
      this.#onSettled(seat.worker, this.#permits?.giveBack(name) ?? false);
      return outcome;
    };
    return runSafely(this.#handling, seat.worker, watched?.item ?? item).then(settle, (error: unknown) =>
      settle({ kind: 'gone', reason: WorkflowError.from(error).message }),
    );
  }
}

/** A worker promises not to throw; if it does all the same, that is the item's loss and nobody else's. */
function runSafely<Item, Outcome>(handling: Handling<Item, Outcome>, worker: Worker, item: Item): Promise<Outcome> {
  try {
    return handling.run(worker, item);
  } catch (error) {
    return Promise.reject(error);
  }
}

import type { EventRaised } from '../history-event.js';
import type { OpenTask } from './task.js';

interface Arrival {
  readonly event: EventRaised;
  readonly order: number;
}

/** Raised events and those who wait for them: first in, first out per name, names compared without case. */
export class EventInbox {
  readonly #arrived = new Map<string, Arrival[]>();
  readonly #waiting = new Map<string, OpenTask[]>();
  #arrivals = 0;

  /** Hands the event to the first one waiting for it, or keeps it. True when somebody waited. */
  deliver(event: EventRaised): boolean {
    const key = event.name.toLowerCase();
    const waiting = this.#waiting.get(key);
    const first = waiting?.shift();
    if (waiting?.length === 0) this.#waiting.delete(key);
    if (first) {
      first.complete(event.data);
      return true;
    }
    const arrival = { event, order: (this.#arrivals += 1) };
    const arrived = this.#arrived.get(key);
    if (arrived) arrived.push(arrival);
    else this.#arrived.set(key, [arrival]);
    return false;
  }

  /** Gives the task the first kept event of the name, or lets it wait. */
  wait(name: string, task: OpenTask): void {
    const key = name.toLowerCase();
    const arrived = this.#arrived.get(key);
    const first = arrived?.shift();
    if (arrived?.length === 0) this.#arrived.delete(key);
    if (first) {
      task.complete(first.event.data);
      return;
    }
    const waiting = this.#waiting.get(key);
    if (waiting) waiting.push(task);
    else this.#waiting.set(key, [task]);
  }

  /** The task waits no longer: the next event of the name is for somebody else. */
  stopWaiting(name: string, task: OpenTask): void {
    const key = name.toLowerCase();
    const left = this.#waiting.get(key)?.filter((one) => one !== task) ?? [];
    if (left.length === 0) this.#waiting.delete(key);
    else this.#waiting.set(key, left);
  }

  get isAwaited(): boolean {
    return this.#waiting.size > 0;
  }

  /** Everybody who waits, by name. */
  *waits(): Iterable<OpenTask> {
    for (const tasks of this.#waiting.values()) yield* tasks;
  }

  /** Kept events in order of arrival, over all names. */
  unconsumed(): EventRaised[] {
    const all = [...this.#arrived.values()].flat();
    return all.toSorted((one, other) => one.order - other.order).map(({ event }) => event);
  }
}

import type { TimerKey } from '../store/store.js';

interface Entry {
  readonly key: TimerKey;
  cancelled: boolean;
}

/** Timers of the near future, soonest first. Each key is in it at most once. */
export class TimerHeap {
  readonly #heap: Entry[] = [];
  readonly #entries = new Map<string, Entry>();

  get size(): number {
    return this.#entries.size;
  }

  add(key: TimerKey): void {
    const name = nameOf(key);
    if (this.#entries.has(name)) return;
    const entry: Entry = { key, cancelled: false };
    this.#entries.set(name, entry);
    this.#heap.push(entry);
    this.#rise(this.#heap.length - 1);
  }

  /** Forgets a key. Its place in the heap is freed when it comes up. */
  cancel(key: TimerKey): void {
    const name = nameOf(key);
    const entry = this.#entries.get(name);
    if (!entry) return;
    entry.cancelled = true;
    this.#entries.delete(name);
  }

  peek(): TimerKey | undefined {
    for (let head = this.#heap[0]; head; head = this.#heap[0]) {
      if (!head.cancelled) return head.key;
      this.#removeHead();
    }
    return undefined;
  }

  pop(): TimerKey | undefined {
    const key = this.peek();
    if (!key) return undefined;
    this.#removeHead();
    this.#entries.delete(nameOf(key));
    return key;
  }

  clear(): void {
    this.#heap.length = 0;
    this.#entries.clear();
  }

  #removeHead(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #rise(from: number): void {
    for (let index = from; index > 0;) {
      const parent = (index - 1) >> 1;
      if (this.#at(parent) <= this.#at(index)) return;
      this.#swap(parent, index);
      index = parent;
    }
  }

  #sink(from: number): void {
    for (let index = from; ;) {
      const left = 2 * index + 1;
      const smaller = this.#at(left + 1) < this.#at(left) ? left + 1 : left;
      if (this.#at(smaller) >= this.#at(index)) return;
      this.#swap(smaller, index);
      index = smaller;
    }
  }

  /** When the entry at an index is due; beyond the end: never. */
  #at(index: number): number {
    return this.#heap[index]?.key.fireAtMs ?? Infinity;
  }

  #swap(one: number, other: number): void {
    const [first, second] = [this.#heap[one], this.#heap[other]];
    if (!first || !second) return;
    this.#heap[one] = second;
    this.#heap[other] = first;
  }
}

/** The time is part of the name: a decision that was lost and made anew may want the same timer at another time. */
function nameOf({ fireAtMs, no, kind, seq }: TimerKey): string {
  return `${fireAtMs} ${no} ${kind} ${seq}`;
}

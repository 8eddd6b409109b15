/**
 * Caps on items in flight, for all names together and for single names. Remembers which cap refused somebody, so that
 * only the return of a permit that was missed is worth telling anybody about.
 */
export class Permits {
  readonly #max: number;
  readonly #maxByName: ReadonlyMap<string, number>;
  readonly #takenByName = new Map<string, number>();
  readonly #missedNames = new Set<string>();
  #taken = 0;
  #missed = false;

  constructor(max: number | undefined, maxByName: ReadonlyMap<string, number>) {
    this.#max = max ?? Infinity;
    this.#maxByName = maxByName;
  }

  /** Permits out now. */
  get taken(): number {
    return this.#taken;
  }

  /** Whether `take` would succeed; a refusal is remembered. */
  available(name: string): boolean {
    if (this.#taken >= this.#max) {
      this.#missed = true;
      return false;
    }
    const max = this.#maxByName.get(name);
    if (max === undefined || (this.#takenByName.get(name) ?? 0) < max) return true;
    this.#missedNames.add(name);
    return false;
  }

  take(name: string): void {
    this.#taken += 1;
    if (this.#maxByName.has(name)) this.#takenByName.set(name, (this.#takenByName.get(name) ?? 0) + 1);
  }

  /** True: somebody was refused for want of this very permit; said once per refusal. */
  giveBack(name: string): boolean {
    this.#taken -= 1;
    const taken = this.#takenByName.get(name);
    if (taken === 1) this.#takenByName.delete(name);
    else if (taken !== undefined) this.#takenByName.set(name, taken - 1);
    const missedName = this.#missedNames.delete(name);
    const missed = this.#missed || missedName;
    this.#missed = false;
    return missed;
  }
}

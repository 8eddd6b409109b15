/**
 * Named changes of the code. A patch is on where history has recorded it, and where there is no history yet; each one that
 * is on is reported with every answer, in the order in which it was first asked for.
 */
export class Patches {
  readonly #recorded = new Set<string>();
  readonly #on: string[] = [];

  /** History shows that from here on these are on. */
  record(names: readonly string[]): void {
    for (const name of names) this.#recorded.add(name);
  }

  ask(name: string, isReplaying: boolean): boolean {
    if (this.#on.includes(name)) return true;
    if (isReplaying && !this.#recorded.has(name)) return false;
    this.#on.push(name);
    return true;
  }

  get on(): readonly string[] {
    return this.#on;
  }
}

import { CompensationFailed, type TimedOut } from './errors.js';

/** A part of a workflow that fails as one: it has compensations of its own, and may run out of time. */
export class Scope {
  readonly #parent: Scope | undefined;
  readonly #compensations: (() => unknown)[] = [];
  /** Set once its time is over. */
  expired?: TimedOut;

  constructor(parent?: Scope) {
    this.#parent = parent;
  }

  compensate(undo: () => unknown): void {
    this.#compensations.push(undo);
  }

  /** Whether this scope lies within the other, or is the other. */
  isWithin(other: Scope): boolean {
    return this === other || (this.#parent?.isWithin(other) ?? false);
  }

  /** True for the error that ended the time of this scope or of one around it: not a failure to be retried. */
  isInterruption(error: unknown): boolean {
    return (this.expired !== undefined && error === this.expired) || (this.#parent?.isInterruption(error) ?? false);
  }

  /** It went well: what undoes it is from now on the parent's to call. */
  handOver(): void {
    for (const undo of this.#compensations) this.#parent?.compensate(undo);
  }

  /** Undoes, newest first, and gives the error to throw. */
  async undo(reason: unknown): Promise<unknown> {
    const failures: unknown[] = [];
    for (let undo = this.#compensations.pop(); undo; undo = this.#compensations.pop()) {
      try {
        await undo();
      } catch (error) {
        failures.push(error);
      }
    }
    return failures.length === 0 ? reason : new CompensationFailed(reason, failures);
  }
}

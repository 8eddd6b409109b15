/**
 * Collects wake-ups until everything that is under way in this turn of the event loop has had its say: facts that
 * arrive together become one turn, and a decision that wakes others is over before they begin.
 */
export class WakeQueue {
  readonly #wake: (instanceId: string, urgent: boolean) => void;
  #woken = new Map<string, boolean>();
  #planned = false;

  constructor(wake: (instanceId: string, urgent: boolean) => void) {
    this.#wake = wake;
  }

  add(instanceId: string, urgent = false): void {
    this.#woken.set(instanceId, urgent || this.#woken.get(instanceId) === true);
    if (this.#planned) return;
    this.#planned = true;
    // After all promise callbacks that are ready, and before the flush at the end of the turn.
    process.nextTick(() => this.#drain());
  }

  #drain(): void {
    this.#planned = false;
    const woken = this.#woken;
    this.#woken = new Map();
    for (const [instanceId, urgent] of woken) this.#wake(instanceId, urgent);
  }
}

import type { HistoryEvent } from '../history-event.js';

/**
 * A turn that ends suspended runs no code: what it brings is held back and seen at the beginning of the turn that ends
 * resumed. Engines do not even dispatch such a turn, and record it without actions; a replay must not run ahead of them.
 * The order is a function of the history alone, so it is the same warm and cold.
 */
export class Suspension {
  #suspended = false;
  readonly #held: HistoryEvent[] = [];

  /** Something is held back: the workflow is not stuck. */
  get isHolding(): boolean {
    return this.#held.length > 0;
  }

  /** The events in the order in which code may see them. Whole turns go in, besides the actions of the turn before. */
  arrange(events: readonly HistoryEvent[]): readonly HistoryEvent[] {
    if (!this.#suspended && !events.some((event) => event.kind === 'executionSuspended')) return events;
    const ordered: HistoryEvent[] = [];
    for (const turn of turnsOf(events)) {
      this.#suspended = endsSuspended(turn, this.#suspended);
      for (const event of turn) {
        if (this.#suspended && wakesCode(event)) this.#held.push(event);
        else ordered.push(event);
        if (!this.#suspended && event.kind === 'workflowStarted') ordered.push(...this.#held.splice(0));
      }
    }
    return ordered;
  }
}

function turnsOf(events: readonly HistoryEvent[]): HistoryEvent[][] {
  const turns: HistoryEvent[][] = [];
  for (const event of events) {
    const current = turns.at(-1);
    if (current && event.kind !== 'workflowStarted') current.push(event);
    else turns.push([event]);
  }
  return turns;
}

function endsSuspended(turn: readonly HistoryEvent[], before: boolean): boolean {
  let suspended = before;
  for (const { kind } of turn) {
    if (kind === 'executionSuspended') suspended = true;
    if (kind === 'executionResumed') suspended = false;
  }
  return suspended;
}

function wakesCode({ kind }: HistoryEvent): boolean {
  return (
    kind === 'executionStarted' ||
    kind === 'taskCompleted' ||
    kind === 'taskFailed' ||
    kind === 'childWorkflowCompleted' ||
    kind === 'childWorkflowFailed' ||
    kind === 'timerFired' ||
    kind === 'eventRaised'
  );
}

import type { ActivityItem, TurnItem } from '../../../core/index.js';
import type { HistoryEvent } from '../../../core/orchestration/index.js';
import type { ReceivedActivity, ReceivedTurn } from '../../../proto/convert/read-work-item.js';
import { workerSees } from '../../../proto/convert/work-item.js';

/** A received turn as the worker takes it. Positions count the events that are sent to workers. */
export class ReceivedTurnItem implements TurnItem {
  readonly component = '';
  /** Told by the first event of the history. */
  readonly workflowName = '';
  readonly generation = 0;
  readonly instanceId: string;
  readonly executionId: string;
  readonly leaseToken: string;
  readonly pastCount: number;
  readonly newEvents: readonly HistoryEvent[];
  /** The worker has asked for events that the host has left out, because it had them before. */
  lacksHistory = false;
  readonly #past: readonly HistoryEvent[];
  readonly #cachedCount: number;

  constructor({ instanceId, executionId, completionToken, past, cachedCount = 0, newEvents }: ReceivedTurn) {
    this.instanceId = instanceId;
    this.executionId = executionId;
    this.leaseToken = completionToken;
    this.pastCount = cachedCount + past.length;
    this.newEvents = newEvents;
    this.#past = past;
    this.#cachedCount = cachedCount;
  }

  past(from: number): readonly HistoryEvent[] {
    this.lacksHistory = from < this.#cachedCount;
    if (this.lacksHistory) throw new RangeError(`events before ${this.#cachedCount} were not sent`);
    return this.#past.slice(from - this.#cachedCount);
  }
}

/** The same turn with the past from its beginning on; `history` is all that is recorded. */
export function wholeTurn(received: ReceivedTurn, history: readonly HistoryEvent[]): ReceivedTurn {
  const { cachedCount = 0, ...rest } = received;
  return { ...rest, past: history.filter(workerSees).slice(0, cachedCount + received.past.length) };
}

export function activityItem(received: ReceivedActivity, history: ActivityItem['history']): ActivityItem {
  const { kind: _kind, completionToken: leaseToken, ...activity } = received;
  return { ...activity, component: '', leaseToken, history };
}

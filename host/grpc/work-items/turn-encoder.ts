import type { TurnItem } from '../../../core/index.js';
import {
  encodeEventRegion,
  encodeWorkflowItem,
  pastEventsField,
  workerSees,
  type Dialect,
} from '../../../proto/index.js';
import type { EncodeEvents, PastRegions } from './past-regions.js';

/** Instances a stream remembers as warm; the least recently sent are forgotten, at the price of a full history. */
const maxWarm = 50_000;

/** What a worker that keeps history has of an execution, from its beginning on. */
interface Warm {
  readonly executionId: string;
  /** How many past events, counted as the history does. */
  readonly events: number;
  /** The same as the worker counts: not all kinds are sent. */
  readonly seen: number;
}

/** A turn as bytes, and what to do once they are on their way. */
export interface EncodedTurn {
  readonly bytes: Uint8Array;
  readonly sent: () => void;
}

/** Makes work items out of turns for one stream: with the whole past, or with what its worker lacks. */
export interface TurnEncoder {
  encode(item: TurnItem): EncodedTurn;
  /** The worker's copy may be gone or wrong. */
  forget(instanceId: string): void;
}

/** For workers that keep no history: all of it, each time, out of the region that is at hand. */
export class WholeHistory implements TurnEncoder {
  readonly #regions: PastRegions;
  readonly #dialect: Dialect;
  readonly #encodePast: EncodeEvents;

  constructor(regions: PastRegions, dialect: Dialect) {
    this.#regions = regions;
    this.#dialect = dialect;
    this.#encodePast = pastEncoders[dialect];
  }

  encode(item: TurnItem): EncodedTurn {
    const pastRegion = this.#regions.of(item, this.#encodePast);
    return {
      bytes: encodeWorkflowItem({ ...fieldsOf(item, this.#dialect), past: [], pastRegion }),
      sent: () => undefined,
    };
  }

  forget(instanceId: string): void {
    this.#regions.forget(instanceId);
  }
}

/** For workers that keep history: what came since the last item of the execution that went out on this stream. */
export class HistoryDeltas implements TurnEncoder {
  readonly #dialect: Dialect;
  /** By instance id, least recently sent first. */
  readonly #warm = new Map<string, Warm>();

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  encode(item: TurnItem): EncodedTurn {
    const { executionId, pastCount } = item;
    const warm = this.#warm.get(item.instanceId);
    const known = warm?.executionId === executionId && warm.events <= pastCount ? warm : { events: 0, seen: 0 };
    const past = item.past(known.events);
    const seen = known.seen + past.filter(workerSees).length;
    const cached = known.seen > 0 ? { cachedCount: known.seen } : {};
    return {
      bytes: encodeWorkflowItem({ ...fieldsOf(item, this.#dialect), past, ...cached }),
      sent: () => this.#remember(item.instanceId, { executionId, events: pastCount, seen }),
    };
  }

  forget(instanceId: string): void {
    this.#warm.delete(instanceId);
  }

  #remember(instanceId: string, warm: Warm): void {
    this.#warm.delete(instanceId);
    this.#warm.set(instanceId, warm);
    if (this.#warm.size <= maxWarm) return;
    const [oldest] = this.#warm.keys();
    if (oldest !== undefined) this.#warm.delete(oldest);
  }
}

function fieldsOf({ instanceId, executionId, newEvents, leaseToken: completionToken }: TurnItem, dialect: Dialect) {
  return { instanceId, executionId, newEvents, completionToken, dialect };
}

/** One function per dialect: regions are told apart by it. */
const pastEncoders: Readonly<Record<Dialect, EncodeEvents>> = {
  neutral: (events) => encodeEventRegion(events, pastEventsField, 'neutral'),
  dapr: (events) => encodeEventRegion(events, pastEventsField, 'dapr'),
  ms: (events) => encodeEventRegion(events, pastEventsField, 'ms'),
};

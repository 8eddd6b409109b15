import { status, type ServerWritableStream } from '@grpc/grpc-js';
import {
  WorkflowError,
  stepPrefix,
  type ActivityItem,
  type ActivityOutcome,
  type TurnItem,
  type TurnOutcome,
  type Worker,
} from '../../../core/index.js';
import { encodeActivityItem, encodeWorkflowItem, workerSees, type Dialect } from '../../../proto/index.js';
import type { ActivityAssignment, Assignment, Assignments, Holder, TurnAssignment } from './assignments.js';
import type { EncodeEvents, PastRegions } from './past-regions.js';
import type { StreamProfile } from './stream-profile.js';

export interface StreamWorkerParts {
  readonly call: ServerWritableStream<Buffer, Uint8Array>;
  readonly label: string;
  readonly peer: string;
  readonly profile: StreamProfile;
  /** Serves this component only; absent: all. */
  readonly component?: string;
  readonly assignments: Assignments;
  readonly regions: PastRegions;
  /** Encodes past events in the stream's dialect. */
  readonly encodePast: EncodeEvents;
  /** Largest work item that is put on the wire. */
  readonly maxItemBytes: number;
}

/** Instances a stream remembers as warm; the least recently sent are forgotten, at the price of a full history. */
const maxWarm = 50_000;

/** What a worker that keeps history was sent last. */
interface Warm {
  readonly executionId: string;
  /** How many past events it was sent, counted as the history does. */
  readonly events: number;
  /** The same as the worker counts: not all kinds are sent. */
  readonly seen: number;
}

/**
 * One open work-item stream as the host's pool sees it.
 *
 * Open: takes items up to its credit, and none while the transport is full. Leaving: takes no more, answers still come.
 * Ended: everything it held has settled as `gone`.
 */
export class StreamWorker implements Worker, Holder {
  readonly label: string;
  readonly peer: string;
  readonly dialect: Dialect;
  echoesTokens: boolean | undefined;
  readonly #parts: StreamWorkerParts;
  readonly #held = new Set<Assignment>();
  /** By instance id; only for workers that keep history. */
  readonly #warm = new Map<string, Warm>();
  #turns = 0;
  #activities = 0;
  #full = false;
  #ended = false;
  #onRoom: (() => void) | undefined;

  constructor(parts: StreamWorkerParts) {
    this.label = parts.label;
    this.peer = parts.peer;
    this.dialect = parts.profile.dialect;
    this.#parts = parts;
    parts.call.on('drain', () => {
      this.#full = false;
      this.#onRoom?.();
    });
  }

  /** Who is told when a full stream has room again. */
  set onRoom(listener: () => void) {
    this.#onRoom = listener;
  }

  suitsTurn(item: TurnItem): 'any' | 'no' {
    return this.#serves(item.component) ? 'any' : 'no';
  }

  /** The closure of a step lives in the workflow's code, which only our own SDK runs that way. */
  suitsActivity(item: ActivityItem): 'any' | 'no' {
    if (item.name.startsWith(stepPrefix) && this.#parts.profile.sdk === undefined) return 'no';
    return this.#serves(item.component) ? 'any' : 'no';
  }

  hasRoom(kind: 'turn' | 'activity'): boolean {
    const { turns, activities, total } = this.#parts.profile.credit;
    if (this.#full || this.#ended || this.#held.size >= total) return false;
    return kind === 'turn' ? this.#turns < turns : this.#activities < activities;
  }

  turn(item: TurnItem): Promise<TurnOutcome> {
    return new Promise((resolve) => {
      const assignment: TurnAssignment = {
        kind: 'turn',
        token: item.leaseToken,
        instanceId: item.instanceId,
        component: item.component,
        holder: this,
        send: () => this.#sendTurn(item, assignment),
        settle: (outcome) => {
          this.#release(assignment);
          resolve(outcome);
        },
      };
      this.#take(assignment);
    });
  }

  activity(item: ActivityItem): Promise<ActivityOutcome> {
    return new Promise((resolve) => {
      const assignment: ActivityAssignment = {
        kind: 'activity',
        token: item.leaseToken,
        instanceId: item.instanceId,
        taskId: item.taskId,
        component: item.component,
        holder: this,
        send: () => this.#sendActivity(item, assignment),
        settle: (outcome) => {
          this.#release(assignment);
          resolve(outcome);
        },
      };
      this.#take(assignment);
    });
  }

  forget(instanceId: string): void {
    this.#warm.delete(instanceId);
    this.#parts.regions.forget(instanceId);
  }

  /** Keeps the far end from taking a quiet stream for a dead one. */
  ping(message: Uint8Array): void {
    if (!this.#ended) this.#write(message);
  }

  /** The stream is no more: whatever it held goes back, at once. Idempotent. */
  end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#warm.clear();
    for (const assignment of [...this.#held]) {
      this.#parts.assignments.lose(assignment);
      assignment.settle({ kind: 'gone', reason });
    }
  }

  /** Tells the far end that the host goes away, and ends. */
  hangUp(details: string): void {
    this.end(details);
    this.#parts.call.emit('error', { code: status.CANCELLED, details });
  }

  #serves(component: string): boolean {
    return this.#parts.component === undefined || this.#parts.component === component;
  }

  #take(assignment: Assignment): void {
    if (this.#ended) {
      assignment.settle({ kind: 'gone', reason: 'the stream has ended' });
      return;
    }
    this.#held.add(assignment);
    if (assignment.kind === 'turn') this.#turns += 1;
    else this.#activities += 1;
    this.#parts.assignments.add(assignment);
  }

  #release(assignment: Assignment): void {
    const wasFull = !this.hasRoom('turn') || !this.hasRoom('activity');
    if (!this.#held.delete(assignment)) return;
    if (assignment.kind === 'turn') this.#turns -= 1;
    else this.#activities -= 1;
    if (wasFull && !this.#ended) this.#onRoom?.();
  }

  #sendTurn(item: TurnItem, assignment: TurnAssignment): void {
    if (this.#ended) return;
    try {
      const bytes = this.#encodeTurn(item);
      const { maxItemBytes } = this.#parts;
      if (bytes.length <= maxItemBytes) {
        this.#write(bytes);
        return;
      }
      const description = `the work item would be ${bytes.length} bytes, the limit is ${maxItemBytes}`;
      this.#giveUp(assignment, () =>
        assignment.settle({ kind: 'stalled', reason: 'PAYLOAD_SIZE_EXCEEDED', description }),
      );
    } catch (error) {
      const reason = WorkflowError.from(error).message;
      this.#giveUp(assignment, () => assignment.settle({ kind: 'rejected', reason }));
    }
  }

  #sendActivity(item: ActivityItem, assignment: ActivityAssignment): void {
    if (this.#ended) return;
    try {
      const bytes = encodeActivityItem(item, this.#parts.profile.dialect);
      const { maxItemBytes } = this.#parts;
      if (bytes.length <= maxItemBytes) {
        this.#write(bytes);
        return;
      }
      const errorMessage = `the work item would be ${bytes.length} bytes, the limit is ${maxItemBytes}`;
      this.#giveUp(assignment, () => assignment.settle(unrunnable('PayloadSizeExceeded', errorMessage)));
    } catch (error) {
      const { message } = WorkflowError.from(error);
      this.#giveUp(assignment, () => assignment.settle(unrunnable('UnsendableWorkItem', message)));
    }
  }

  /** An item that cannot be sent leaves its lane before anybody hears of it. */
  #giveUp(assignment: Assignment, settle: () => void): void {
    this.#parts.assignments.remove(assignment);
    settle();
  }

  #encodeTurn(item: TurnItem): Uint8Array {
    const { profile, regions, encodePast } = this.#parts;
    const common = {
      instanceId: item.instanceId,
      executionId: item.executionId,
      newEvents: item.newEvents,
      completionToken: item.leaseToken,
      dialect: profile.dialect,
    };
    if (!profile.keepsHistory) {
      return encodeWorkflowItem({ ...common, past: [], pastRegion: regions.of(item, encodePast) });
    }
    const known = this.#knownHistory(item);
    const past = item.past(known.events);
    const seen = known.seen + past.filter(workerSees).length;
    this.#remember(item.instanceId, { executionId: item.executionId, events: item.pastCount, seen });
    return encodeWorkflowItem({ ...common, past, ...(known.seen > 0 ? { cachedCount: known.seen } : {}) });
  }

  /** What the worker has already, from the beginning of the execution on. */
  #knownHistory({ instanceId, executionId, pastCount }: TurnItem): { readonly events: number; readonly seen: number } {
    const warm = this.#warm.get(instanceId);
    return warm?.executionId === executionId && warm.events <= pastCount ? warm : { events: 0, seen: 0 };
  }

  #remember(instanceId: string, warm: Warm): void {
    this.#warm.delete(instanceId);
    this.#warm.set(instanceId, warm);
    if (this.#warm.size <= maxWarm) return;
    const [oldest] = this.#warm.keys();
    if (oldest !== undefined) this.#warm.delete(oldest);
  }

  #write(bytes: Uint8Array): void {
    if (!this.#parts.call.write(bytes)) this.#full = true;
  }
}

/** No worker can ever be given this item, so its call fails instead of waiting for ever. */
function unrunnable(errorType: string, errorMessage: string): ActivityOutcome {
  return { kind: 'failed', failure: { errorType, errorMessage, nonRetriable: true } };
}

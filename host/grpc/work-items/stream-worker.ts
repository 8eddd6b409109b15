import { status, type ServerWritableStream } from '@grpc/grpc-js';
import {
  WorkflowError,
  stepPrefix,
  type ActivityItem,
  type ActivityOutcome,
  type Logger,
  type TurnItem,
  type TurnOutcome,
  type Worker,
} from '../../../core/index.js';
import { encodeActivityItem, type Dialect } from '../../../proto/index.js';
import type { ActivityAssignment, Assignment, Assignments, Holder, TurnAssignment } from './assignments.js';
import type { StreamProfile } from './stream-profile.js';
import type { TurnEncoder } from './turn-encoder.js';

export interface StreamWorkerParts {
  readonly call: ServerWritableStream<Buffer, Uint8Array>;
  readonly label: string;
  readonly peer: string;
  readonly profile: StreamProfile;
  /** Serves this component only; absent: all. */
  readonly component?: string;
  readonly assignments: Assignments;
  readonly logger: Logger;
  readonly encoder: TurnEncoder;
  /** Largest work item that is put on the wire. */
  readonly maxItemBytes: number;
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
    this.#parts.encoder.forget(instanceId);
  }

  /** Keeps the far end from taking a quiet stream for a dead one. */
  ping(message: Uint8Array): void {
    if (!this.#ended) this.#write(message);
  }

  /** The stream is no more: whatever it held goes back, at once. Idempotent. */
  end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    if (this.#held.size > 0) {
      this.#parts.logger.warn({ worker: this.label, items: this.#held.size, reason }, 'a worker left work unanswered');
    }
    for (const assignment of [...this.#held]) {
      this.#parts.assignments.lose(assignment);
      assignment.settle({ kind: 'gone', reason });
    }
  }

  /** Tells the far end that the host goes away, the way that lets it come back, and ends. */
  hangUp(details: string): void {
    this.end(details);
    const { call, profile } = this.#parts;
    if (profile.wantsCleanEnd) call.end();
    else call.emit('error', { code: status.CANCELLED, details });
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
      const { bytes, sent } = this.#parts.encoder.encode(item);
      const description = this.#tooLarge(bytes);
      if (description === undefined) {
        this.#write(bytes);
        sent();
      } else this.#giveUp(assignment, { kind: 'stalled', reason: 'PAYLOAD_SIZE_EXCEEDED', description }, description);
    } catch (error) {
      const reason = WorkflowError.from(error).message;
      this.#giveUp(assignment, { kind: 'rejected', reason }, reason);
    }
  }

  /** An activity that no worker can ever be given fails instead of waiting for ever. */
  #sendActivity(item: ActivityItem, assignment: ActivityAssignment): void {
    if (this.#ended) return;
    try {
      const bytes = encodeActivityItem(item, this.dialect);
      const errorMessage = this.#tooLarge(bytes);
      if (errorMessage === undefined) this.#write(bytes);
      else this.#giveUp(assignment, failed('PayloadSizeExceeded', errorMessage), errorMessage);
    } catch (error) {
      const reason = WorkflowError.from(error).message;
      this.#giveUp(assignment, failed('UnsendableWorkItem', reason), reason);
    }
  }

  #tooLarge(bytes: Uint8Array): string | undefined {
    const { maxItemBytes } = this.#parts;
    if (bytes.length <= maxItemBytes) return undefined;
    return `the work item would be ${bytes.length} bytes, the limit is ${maxItemBytes}`;
  }

  /** An item that cannot be sent leaves its lane before anybody hears of it. */
  #giveUp<Outcome>(
    assignment: Assignment & { settle(outcome: Outcome): void },
    outcome: Outcome,
    reason: string,
  ): void {
    const { instanceId, taskId } = assignment;
    this.#parts.logger.warn({ worker: this.label, instanceId, taskId, reason }, 'an item cannot be sent');
    this.#parts.assignments.remove(assignment);
    assignment.settle(outcome);
  }

  #write(bytes: Uint8Array): void {
    if (!this.#parts.call.write(bytes)) this.#full = true;
  }
}

function failed(errorType: string, errorMessage: string): ActivityOutcome {
  return { kind: 'failed', failure: { errorType, errorMessage, nonRetriable: true } };
}

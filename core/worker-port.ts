import type { FailureDetails, HistoryEvent, StalledReason, TraceContext } from './orchestration/history-event.js';
import type { TurnResponse } from './orchestration/action.js';

/**
 * Who does the work. A component owns its loop and hands work items to this port; behind it are the in-process SDK, the
 * TaskHub streams of connected apps, or a test. The host gives every component the same port.
 */

/** One turn of one instance. Outstanding at most once per instance; a newer lease makes this one worthless. */
export interface TurnItem {
  readonly component: string;
  readonly instanceId: string;
  readonly executionId: string;
  readonly generation: number;
  readonly workflowName: string;
  /** Fences the answer. Opaque, unguessable, never reused. */
  readonly leaseToken: string;
  /** How many events of the execution a worker has answered before: the border between past and new. */
  readonly pastCount: number;
  /** What the workflow sees now; begins with `workflowStarted`. */
  readonly newEvents: readonly HistoryEvent[];
  /** Past events from index `from` (0-based) up to `pastCount`: a worker that is warm asks only for what it lacks. */
  past(from: number): readonly HistoryEvent[];
}

export type TurnOutcome =
  | { readonly kind: 'answered'; readonly response: TurnResponse }
  /** The worker went away without an answer: the turn is handed out again. */
  | { readonly kind: 'gone'; readonly reason: string }
  /** The worker answered something that cannot be applied. Counts towards quarantine, as `gone` does. */
  | { readonly kind: 'rejected'; readonly reason: string }
  /** The item cannot be handed out as it is (too large for a message): the instance stalls, alone. */
  | { readonly kind: 'stalled'; readonly reason: StalledReason; readonly description: string };

/** One run of one activity. */
export interface ActivityItem {
  readonly component: string;
  readonly instanceId: string;
  readonly executionId: string;
  readonly generation: number;
  readonly workflowName: string;
  /** `eventId` of its `taskScheduled`. */
  readonly taskId: number;
  readonly name: string;
  readonly version?: string;
  readonly input?: string;
  readonly taskExecutionId?: string;
  readonly trace?: TraceContext;
  readonly leaseToken: string;
  /** Committed history of the execution, for a `step` whose closure lives in the workflow's code. */
  history(): Promise<readonly HistoryEvent[]>;
}

export type ActivityOutcome =
  | { readonly kind: 'completed'; readonly result?: string }
  | { readonly kind: 'failed'; readonly failure: FailureDetails }
  | { readonly kind: 'gone'; readonly reason: string };

/** Told when work that found nobody may find somebody now. */
export interface CapacityEvent {
  /** A worker connected (also: retry what is stalled), or one that was full has room. */
  readonly cause: 'connected' | 'room';
}

export interface WorkerPort {
  /**
   * Offers a turn. `undefined`: nobody can take it now; wait for `onCapacity` and offer it again, with a fresh token.
   * Otherwise the promise settles once the worker has answered or is gone; it never rejects.
   */
  turn(item: TurnItem): Promise<TurnOutcome> | undefined;

  /** Offers an activity. Same rules. */
  activity(item: ActivityItem): Promise<ActivityOutcome> | undefined;

  /** The listener is called synchronously; the returned function removes it. */
  onCapacity(listener: (event: CapacityEvent) => void): () => void;

  /**
   * Tells workers that an execution will not be continued from memory (closed, purged, evicted, fenced): a sticky copy
   * may be dropped. Advisory.
   */
  forget(instanceId: string, executionId: string): void;
}

export type WorkItem = TurnItem | ActivityItem;

/** Activities of this prefix are closures (`step`) inside a workflow's code: only a worker with that workflow can run them. */
export const stepPrefix = 'wf.step/';

/** One worker as the host's pool sees it: the in-process SDK, or one TaskHub stream. */
export interface Worker {
  /** For logs: SDK, peer, stream number. */
  readonly label: string;
  /** `named`: registered here by name; `any`: takes whatever comes (its SDK will say); `no`: not its own. */
  suitsTurn(item: TurnItem): 'named' | 'any' | 'no';
  suitsActivity(item: ActivityItem): 'named' | 'any' | 'no';
  /** Whether it has credit for one more of the kind. */
  hasRoom(kind: 'turn' | 'activity'): boolean;
  /** Never rejects. */
  turn(item: TurnItem): Promise<TurnOutcome>;
  activity(item: ActivityItem): Promise<ActivityOutcome>;
  forget(instanceId: string, executionId: string): void;
}

/** The host's side of connected workers: routes items to them. */
export interface WorkerPool {
  /** Joins; capacity listeners hear `connected`. The handle tells about room and leaves; leaving is idempotent. */
  attach(worker: Worker): { readonly room: () => void; readonly detach: () => void };
  /** The port a component of this name uses: only workers that serve it are behind it. */
  port(component: string): WorkerPort;
}

import type { ExecutionStarted, FailureDetails, ParentLink, TimerOrigin } from '../history-event.js';
import type { Execution } from './execution.js';
import type { OpenTask, Reading, Task } from './task.js';

/** The code of one version of a workflow, free of its language: payloads are text. */
export interface Program {
  /** Reported as the version the execution is pinned to. Absent: unversioned. */
  readonly version?: string;
  /** Runs the author's code. Rejects with whatever it throws. */
  run(context: ReplayContext, input: string | undefined): Promise<string | undefined>;
}

/**
 * Finds the code of an execution. `begun`: it has a history already, made with this version (none: unversioned code).
 * `undefined`: this worker has not got it, and the instance stalls until one that has connects.
 */
export type FindProgram = (
  started: ExecutionStarted,
  begun: { readonly version: string | undefined } | undefined,
) => Program | undefined;

/** How the code's own turn in the event loop is waited for; passed in, so that the core asks nothing of a platform. */
export interface Scheduling {
  /** Returns a function that calls `next` once all microtasks have run. Made once per execution. */
  barrier(next: () => void): () => void;
  /** Calls `next` after the process could do something else. */
  pause(next: () => void): void;
  /** What the code threw, as it is recorded. */
  failureOf(thrown: unknown): FailureDetails;
  /** An error is about to be thrown into code of this execution: should it end up unhandled, it is known whose it is. */
  throwing?(error: Error, execution: Execution): void;
}

export interface ActivityCall {
  readonly name: string;
  readonly version?: string;
  readonly input?: string;
  readonly inline?: boolean;
  /** Of the first attempt; absent on the first attempt itself. */
  readonly taskExecutionId?: string;
}

export interface ChildCall {
  readonly name: string;
  readonly instanceId?: string;
  readonly version?: string;
  readonly input?: string;
  /** Instance id of the first attempt, on later ones. */
  readonly retryOf?: string;
}

export interface DetachedCall {
  readonly instanceId: string;
  readonly name: string;
  readonly version?: string;
  readonly input?: string;
  readonly scheduledStartMs?: number;
  readonly tags?: Readonly<Record<string, string>>;
}

/** What deterministic code may ask for. Verbs called by a run that is over return promises that never settle. */
export interface ReplayContext {
  readonly instanceId: string;
  readonly executionId: string;
  readonly workflowName: string;
  readonly generation: number;
  readonly version?: string;
  readonly parent?: ParentLink;
  /** Epoch ms of the turn the code is in. */
  readonly nowMs: number;
  /** What happens now has happened before: say nothing to the world. */
  readonly isReplaying: boolean;

  activity<T>(call: ActivityCall, reading: Reading<T>): Task<T>;
  timer(atMs: number, origin: TimerOrigin): Task<void>;
  child<T>(call: ChildCall, reading: Reading<T>): Task<T>;
  /** The next event of the name, compared without case. */
  event<T>(name: string, reading: Reading<T>): Task<T>;
  /** Stops waiting for a task, whose result will be passed over. It is rejected with `error`; without one it stays as it is. */
  abandon(task: OpenTask, error?: Error): void;
  /** Tasks and waits nobody has settled yet. */
  openTasks(): OpenTask[];
  sendEvent(instanceId: string, name: string, data?: string): void;
  startDetached(call: DetachedCall): void;
  /** Ends this run; the next one begins with `input`. Nothing after it counts. */
  continueAsNew(input: string | undefined, options: { readonly keepEvents: boolean; readonly version?: string }): void;
  /** Text shown with the status from now on; `undefined` clears it. */
  setStatus(status: string | undefined): void;
  /** Whether the code behind this name runs: true for runs that reach it first with it, and then always. */
  patched(name: string): boolean;
  /** In [0, 1). */
  random(): number;
  uuid(): string;
}

/** The key all attempts of one activity call share. */
export function taskExecutionId(executionId: string, taskId: number): string {
  return `${executionId}-${taskId}`;
}

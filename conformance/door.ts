import type { ErrorCode, RuntimeStatus } from '../core/index.js';
import type { FailureDetails, HistoryEvent } from '../core/orchestration/index.js';

/**
 * An API surface as a case sees it. Every door answers in the same words, so that a case is written once and doors can
 * be held against each other. What a door cannot say is absent from its answer, and an operation it does not have is
 * absent from `operations`.
 */
export interface ManagementDoor {
  readonly name: DoorName;
  readonly operations: ReadonlySet<DoorOperation>;
  start(call: StartCall): Promise<string>;
  /** `undefined`: the door says there is no such instance. */
  get(instanceId: string): Promise<InstanceView | undefined>;
  raise(instanceId: string, eventName: string, data?: string): Promise<void>;
  suspend(instanceId: string, reason?: string): Promise<void>;
  resume(instanceId: string, reason?: string): Promise<void>;
  terminate(instanceId: string, options?: { readonly output?: string; readonly recursive?: boolean }): Promise<void>;
  /** How many instances went, where the door tells. */
  purge(
    instanceId: string,
    options?: { readonly recursive?: boolean; readonly force?: boolean },
  ): Promise<number | undefined>;
  /** Removes instances that ended so, of the whole component. */
  purgeByFilter(statuses: readonly RuntimeStatus[]): Promise<void>;
  list(query: ListQuery): Promise<ListPage>;
  history(instanceId: string): Promise<readonly HistoryEvent[]>;
  rerun(call: RerunCall): Promise<string>;
  /** Resolves once the instance has ended; rejects when `signal` aborts. */
  waitForEnd(instanceId: string, signal: AbortSignal): Promise<InstanceView>;
  close(): Promise<void>;
}

export const doorNames = ['in-process', 'http', 'grpc', 'taskhub'] as const;
export type DoorName = (typeof doorNames)[number];

export const doorOperations = [
  'start',
  'get',
  'raise',
  'suspend',
  'resume',
  'terminate',
  'purge',
  'purgeByFilter',
  'list',
  'history',
  'rerun',
  'wait',
  // Abilities within operations that not every door has.
  'startAt',
  'anyId',
  'uniqueId',
  'absentPayload',
  'terminateOutput',
  'chooseRecursion',
  'forcePurge',
  'purgeCount',
] as const;
export type DoorOperation = (typeof doorOperations)[number];

export interface StartCall {
  readonly workflow: string;
  /** Absent: the host makes one up. */
  readonly instanceId?: string;
  readonly input?: string;
  readonly startAtMs?: number;
  readonly uniqueId?: boolean;
}

/** What every door can tell about an instance. */
export interface InstanceView {
  readonly instanceId: string;
  /** Absent where a door hides it while PENDING. */
  readonly workflowName?: string;
  readonly status: RuntimeStatus;
  readonly input?: string;
  readonly output?: string;
  readonly customStatus?: string;
  readonly failure?: Pick<FailureDetails, 'errorType' | 'errorMessage'>;
}

export interface ListQuery {
  readonly pageSize: number;
  readonly token?: string;
}

export interface ListPage {
  readonly instanceIds: readonly string[];
  readonly token?: string;
}

export interface RerunCall {
  readonly source: string;
  readonly eventId: number;
  readonly newInstanceId?: string;
  readonly input?: string;
  readonly overwriteInput?: boolean;
}

/**
 * A door refused. `code`: the registry's, where the door carries it; `answer`: what it said in its own terms
 * (`404 ERR_INSTANCE_ID_NOT_FOUND`, `NOT_FOUND`), which `refusals.ts` knows how to expect.
 */
export class DoorRefusal extends Error {
  override readonly name = 'DoorRefusal';
  readonly answer: string;
  readonly code: ErrorCode | undefined;

  constructor(answer: string, message: string, code?: ErrorCode) {
    super(message);
    this.answer = answer;
    this.code = code;
  }
}

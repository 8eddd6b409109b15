import type {
  HistoryRequest,
  HistoryResponse,
  ListRequest,
  ListResponse,
  PurgeFilter,
  PurgeResponse,
  RerunRequest,
  RerunResponse,
  WaitRequest,
  WorkflowInstance,
} from './requests.js';

/** What a component may have beyond the required operations. */
export const capabilityNames = [
  'list',
  'history',
  'wait',
  'rerun',
  'purgeByFilter',
  'suspendResume',
  'recursiveTerminate',
  'scheduledStart',
  'portableWorkflows',
  'nativeWorkflows',
  'inlineActivities',
  'detachedUnawaited',
] as const;

export type CapabilityName = (typeof capabilityNames)[number];

/** Bounds a caller can rely on. The conformance suite takes its sizes from here. */
export interface ComponentLimits {
  /** One payload (input, output, event, custom status), UTF-8 bytes. */
  readonly payloadBytes: number;
  readonly instanceIdBytes: number;
  /** Events of one execution. */
  readonly historyEvents: number;
  /** Activities, timers and children open at once in one execution. */
  readonly openTasks: number;
  /** Unconsumed events of one instance. */
  readonly inboxEvents: number;
  readonly timerGranularityMs: number;
  /** How much later than the write a list may show it. */
  readonly listLagMs: number;
  /** How much later than the answer a purged instance may still be seen. */
  readonly purgeLagMs: number;
  /** An instance with runnable work is picked up again after a crash within this time. */
  readonly recoveryMs: number;
}

/**
 * What a component declares about itself; shown at /v1/components and held against the conformance suite.
 * An absent capability answers `ERR_NOT_SUPPORTED`; nothing is emulated silently at other semantics.
 */
export interface ComponentManifest {
  /** `workflow.<x>`. */
  readonly type: string;
  /** `v1`. */
  readonly version: string;
  readonly description: string;
  readonly capabilities: Readonly<Record<CapabilityName, boolean>>;
  readonly limits: ComponentLimits;
  /** Declared differences of order or behaviour, each with its reason. */
  readonly deviations: readonly { readonly id: string; readonly reason: string }[];
}

/** Optional operations; a member is present exactly when the manifest says so. */
export interface OptionalOperations {
  /** Instances of this component. Throws `ERR_CONTINUATION_TOKEN_INVALID`. */
  list?(request: ListRequest): Promise<ListResponse>;
  /** Throws `ERR_INSTANCE_NOT_FOUND`. */
  history?(request: HistoryRequest): Promise<HistoryResponse>;
  /**
   * Resolves with the instance once `until` holds, without polling inside one process. Parks on an unknown id. Rejects
   * with `ERR_CANCELLED` when `signal` aborts, and leaves nothing behind. Absent: the host polls `get`.
   */
  wait?(request: WaitRequest, signal: AbortSignal): Promise<WorkflowInstance>;
  /** Starts a new instance from the history of a closed one, up to an event. Throws the `ERR_RERUN_*` family, `ERR_INSTANCE_NOT_FOUND`, `ERR_INSTANCE_NOT_CLOSED`. */
  rerun?(request: RerunRequest): Promise<RerunResponse>;
  purgeByFilter?(filter: PurgeFilter): Promise<PurgeResponse>;
}

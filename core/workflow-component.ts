import type { ComponentManifest, OptionalOperations } from './capabilities.js';
import type {
  GetRequest,
  PurgeRequest,
  PurgeResponse,
  RaiseEventRequest,
  ResumeRequest,
  StartRequest,
  StartResponse,
  SuspendRequest,
  TerminateRequest,
  WorkflowInstance,
} from './requests.js';

/** `ok`, or why the component cannot serve at the moment. */
export interface ComponentHealth {
  readonly ready: boolean;
  readonly reason?: string;
}

/**
 * A workflow engine behind the host. The host calls `init` once, then anything concurrently, then `close` once.
 *
 * All operations: an answer means durable. What was acknowledged survives a crash of the host and of the engine.
 * Errors are `WorkflowError`s; the codes named here are the contract, everything else is a fault.
 * A component gets what it needs from its `ComponentContext` and knows no HTTP, gRPC, YAML or container.
 */
export interface WorkflowComponent {
  readonly manifest: ComponentManifest;

  /** List, history, wait, rerun, purge by filter: as far as the manifest declares them. */
  readonly optional: OptionalOperations;

  /**
   * Opens stores and connections and begins to hand out work. Rejects on a wrong configuration; a server that is only
   * down is retried in the background and shown by `health`.
   */
  init(signal: AbortSignal): Promise<void>;

  /** Cheap: no request to a server is made. */
  health(): ComponentHealth;

  /**
   * Records a new instance and answers without waiting for a worker. Of concurrent identical starts exactly one wins.
   * A closed instance of this id is replaced once all its descendants are closed.
   * Throws `ERR_INSTANCE_EXISTS`, `ERR_INSTANCE_ID_IN_USE`, `ERR_PAYLOAD_TOO_LARGE`.
   */
  start(request: StartRequest): Promise<StartResponse>;

  /** A consistent snapshot that includes everything acknowledged before the call. Throws `ERR_INSTANCE_NOT_FOUND`. */
  get(request: GetRequest): Promise<WorkflowInstance>;

  /**
   * Delivers a named event, first in first out per name; it waits until the workflow asks for it. A closed instance
   * accepts and drops it. Throws `ERR_INSTANCE_NOT_FOUND`, `ERR_INSTANCE_STALLED`, `ERR_INBOX_FULL`, `ERR_PAYLOAD_TOO_LARGE`.
   */
  raiseEvent(request: RaiseEventRequest): Promise<void>;

  /**
   * Stops new steps; running activities finish, events and timers are kept. Visible at once. On a suspended or closed
   * instance: accepted, no effect. Throws `ERR_INSTANCE_NOT_FOUND`, `ERR_INSTANCE_STALLED`.
   */
  suspend(request: SuspendRequest): Promise<void>;

  /** Undoes `suspend`; what arrived meanwhile is delivered in order. Same idempotence and errors. */
  resume(request: ResumeRequest): Promise<void>;

  /**
   * Ends the instance as TERMINATED, without a worker. On a closed instance: accepted, no effect. With `recursive`, live
   * children follow, also when the host dies in between. Throws `ERR_INSTANCE_NOT_FOUND`, `ERR_INSTANCE_STALLED`.
   */
  terminate(request: TerminateRequest): Promise<void>;

  /**
   * Removes a closed instance and all that belongs to it. When answered, `get` throws `ERR_INSTANCE_NOT_FOUND`.
   * Throws `ERR_INSTANCE_NOT_FOUND`, `ERR_INSTANCE_NOT_CLOSED` (naming the instance that is still live).
   */
  purge(request: PurgeRequest): Promise<PurgeResponse>;

  /** Stops handing out work, waits for what is being recorded, releases everything. Idempotent. */
  close(): Promise<void>;
}

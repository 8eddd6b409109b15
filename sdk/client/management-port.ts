import type {
  ListRequest,
  ListResponse,
  PurgeFilter,
  PurgeRequest,
  PurgeResponse,
  RaiseEventRequest,
  RerunRequest,
  RerunResponse,
  ResumeRequest,
  StartRequest,
  StartResponse,
  SuspendRequest,
  TerminateRequest,
  WaitRequest,
  WorkflowInstance,
} from '../../core/index.js';
import type { HistoryEvent } from '../../core/orchestration/index.js';

/** A start whose id may be left to the host. */
export type StartCall = Omit<StartRequest, 'instanceId'> & { readonly instanceId?: string };

/** The management operations of one component, wherever it runs. All reject with `WorkflowError`. */
export interface ManagementPort {
  start(call: StartCall): Promise<StartResponse>;
  get(instanceId: string): Promise<WorkflowInstance>;
  /** Waits without a time limit; rejects with `ERR_CANCELLED` when `signal` aborts. */
  wait(request: WaitRequest, signal: AbortSignal): Promise<WorkflowInstance>;
  list(request: ListRequest): Promise<ListResponse>;
  history(instanceId: string): Promise<readonly HistoryEvent[]>;
  raiseEvent(request: RaiseEventRequest): Promise<void>;
  suspend(request: SuspendRequest): Promise<void>;
  resume(request: ResumeRequest): Promise<void>;
  terminate(request: TerminateRequest): Promise<void>;
  purge(request: PurgeRequest): Promise<PurgeResponse>;
  purgeByFilter(filter: PurgeFilter): Promise<PurgeResponse>;
  rerun(request: RerunRequest): Promise<RerunResponse>;
}

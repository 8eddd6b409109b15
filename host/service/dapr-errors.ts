import type { GrpcStatus, WorkflowError } from '../../core/index.js';
import type { Operation } from './workflow-service.js';

/** The operations Dapr's management API has; everything else is ours alone. */
export type DaprOperation = Exclude<Operation, 'wait' | 'list' | 'history' | 'purgeByFilter' | 'rerun'>;

/** An error as a Dapr-compatible route answers it: over HTTP the tag with its status, over gRPC the status and message. */
export interface DaprError {
  readonly tag: string;
  readonly http: number;
  readonly grpc: GrpcStatus;
  readonly message: string;
}

interface OperationError {
  readonly tag: string;
  /** What comes before the cause in the message. */
  readonly preface: (subject: string) => string;
  /** Dapr answers these as not found; the others fail with the operation's own tag. */
  readonly unknownIsNotFound: boolean;
}

/** Dapr quotes the subject in some messages and not in others; clients have learnt them as they are. */
const operations: Readonly<Record<DaprOperation, OperationError>> = {
  start: {
    tag: 'ERR_START_WORKFLOW',
    preface: (name) => `error starting workflow '${name}'`,
    unknownIsNotFound: false,
  },
  get: {
    tag: 'ERR_GET_WORKFLOW',
    preface: (id) => `error while getting workflow info on instance '${id}'`,
    unknownIsNotFound: true,
  },
  raiseEvent: {
    tag: 'ERR_RAISE_EVENT_WORKFLOW',
    preface: (id) => `error raising event on workflow '${id}'`,
    unknownIsNotFound: false,
  },
  suspend: { tag: 'ERR_PAUSE_WORKFLOW', preface: (id) => `error pausing workflow ${id}`, unknownIsNotFound: false },
  resume: { tag: 'ERR_RESUME_WORKFLOW', preface: (id) => `error resuming workflow ${id}`, unknownIsNotFound: false },
  terminate: {
    tag: 'ERR_TERMINATE_WORKFLOW',
    preface: (id) => `error terminating workflow '${id}'`,
    unknownIsNotFound: true,
  },
  purge: { tag: 'ERR_PURGE_WORKFLOW', preface: (id) => `error purging workflow ${id}`, unknownIsNotFound: true },
};

/**
 * How Dapr's management API shows a failed operation. `subject` is what the message names: the workflow's name for a
 * start, else the instance id. Rows without a Dapr mapping answer with their own code, status and message.
 */
export function daprError(operation: DaprOperation, error: WorkflowError, subject: string): DaprError {
  const own = operations[operation];
  if (error.code === 'ERR_INSTANCE_NOT_FOUND' && !own.unknownIsNotFound) {
    return { tag: own.tag, http: 500, grpc: 'INTERNAL', message: `${own.preface(subject)}: no such instance exists` };
  }
  const { row } = error;
  const tag = row.dapr?.tag ?? error.code;
  const isOwn = tag === 'operation' || tag === own.tag;
  return {
    tag: isOwn ? own.tag : tag,
    http: row.dapr?.http ?? row.http,
    grpc: row.dapr?.grpc ?? row.grpc,
    message: isOwn ? `${own.preface(subject)}: ${error.message}` : error.message,
  };
}

/**
 * The error registry: every failure a caller can see, once. `docs/errors.md` is generated from it. HTTP and gRPC doors
 * answer from the same row; the Dapr-compatible routes use the row's `dapr` tag and status where those differ.
 */

/** gRPC status names used by the registry. */
export type GrpcStatus =
  | 'INVALID_ARGUMENT'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'FAILED_PRECONDITION'
  | 'UNAUTHENTICATED'
  | 'PERMISSION_DENIED'
  | 'RESOURCE_EXHAUSTED'
  | 'UNAVAILABLE'
  | 'UNIMPLEMENTED'
  | 'DEADLINE_EXCEEDED'
  | 'CANCELLED'
  | 'ABORTED'
  | 'INTERNAL'
  | 'UNKNOWN';

export type ErrorCategory =
  'request' | 'state' | 'auth' | 'limit' | 'capability' | 'config' | 'availability' | 'internal';

export interface ErrorRow {
  readonly category: ErrorCategory;
  readonly http: number;
  readonly grpc: GrpcStatus;
  /** Whether the same call may succeed later without being changed. */
  readonly retriable: boolean;
  /** Message template; `{x}` is replaced by the parameter of that name. */
  readonly message: string;
  readonly meaning: string;
  readonly remedy: string;
  /** What Dapr-compatible routes answer where it is not the row's own code and status. `operation`: the tag of the operation itself (`ERR_PAUSE_WORKFLOW`...). */
  readonly dapr?: { readonly tag: string; readonly http?: number; readonly grpc?: GrpcStatus };
}

const rows = {
  ERR_REQUEST_MALFORMED: {
    category: 'request',
    http: 400,
    grpc: 'INVALID_ARGUMENT',
    retriable: false,
    message: 'malformed request: {reason}',
    meaning: 'The request could not be read: bad JSON, a field of the wrong type, an unknown field or a bad parameter.',
    remedy: 'Correct what the message names; the schema of each route is in /v1/openapi.json.',
    dapr: { tag: 'ERR_MALFORMED_REQUEST' },
  },
  ERR_BODY_READ: {
    category: 'request',
    http: 400,
    grpc: 'INVALID_ARGUMENT',
    retriable: false,
    message: 'failed to read request body: {reason}',
    meaning: 'The body broke off, was not what its length said, or is over the limit of a Dapr-compatible route.',
    remedy: 'Send the whole body; raise --max-body-size when it is legitimately large.',
  },
  ERR_INSTANCE_ID_INVALID: {
    category: 'request',
    http: 400,
    grpc: 'INVALID_ARGUMENT',
    retriable: false,
    message: "workflow instance ID '{instanceId}' is invalid: only letters, digits, '-' and '_' are allowed",
    meaning: 'The id of a start has a character that this door does not accept.',
    remedy: 'Use letters and digits of any script, "-" and "_"; ids with other characters can be started over TaskHub.',
  },
  ERR_INSTANCE_ID_TOO_LONG: {
    category: 'request',
    http: 400,
    grpc: 'INVALID_ARGUMENT',
    retriable: false,
    message: 'workflow instance ID exceeds the max length of {limit} bytes',
    meaning: 'The id is longer than the door or the component accepts (counted in UTF-8 bytes).',
    remedy: 'Shorten the id.',
  },
  ERR_INSTANCE_ID_MISSING: {
    category: 'request',
    http: 400,
    grpc: 'INVALID_ARGUMENT',
    retriable: false,
    message: 'no instance ID was provided',
    meaning: 'The operation addresses one instance and the id is empty.',
    remedy: 'Name the instance.',
    dapr: { tag: 'ERR_INSTANCE_ID_PROVIDED_MISSING' },
  },
  ERR_WORKFLOW_NAME_MISSING: {
    category: 'request',
    http: 400,
    grpc: 'INVALID_ARGUMENT',
    retriable: false,
    message: 'workflow name is not configured',
    meaning: 'A start without the name of a workflow.',
    remedy: 'Name the workflow to start.',
  },
  ERR_WORKFLOW_EVENT_NAME_MISSING: {
    category: 'request',
    http: 400,
    grpc: 'INVALID_ARGUMENT',
    retriable: false,
    message: 'missing workflow event name',
    meaning: 'A raise without the name of the event.',
    remedy: 'Name the event.',
  },
  ERR_CONTINUATION_TOKEN_INVALID: {
    category: 'request',
    http: 400,
    grpc: 'INVALID_ARGUMENT',
    retriable: false,
    message: 'continuation token "{token}" is not one this component gave out',
    meaning: 'The token of a list call is made up, cut off, or belongs to another component.',
    remedy: 'Use the token of the previous page as it was, or none to begin again.',
  },
  ERR_INSTANCE_NOT_FOUND: {
    category: 'state',
    http: 404,
    grpc: 'NOT_FOUND',
    retriable: false,
    message: 'unable to find workflow with the provided instance ID: {instanceId}',
    meaning: 'No instance has this id in this component, or it was purged.',
    remedy: 'Check the id and the component; a purged instance is gone.',
    dapr: { tag: 'ERR_INSTANCE_ID_NOT_FOUND' },
  },
  ERR_INSTANCE_EXISTS: {
    category: 'state',
    http: 409,
    grpc: 'ALREADY_EXISTS',
    retriable: false,
    message: "an active workflow with ID '{instanceId}' already exists",
    meaning: 'The id is in use by a live instance, or by a closed one and uniqueness was asked for.',
    remedy: 'Take another id, wait for the instance to end, or use onConflict: "returnExisting" on /v1.',
    dapr: { tag: 'ERR_START_WORKFLOW' },
  },
  ERR_INSTANCE_ID_IN_USE: {
    category: 'state',
    http: 409,
    grpc: 'ALREADY_EXISTS',
    retriable: false,
    message:
      "cannot recreate workflow with ID '{instanceId}': child workflow '{childId}': orchestration has not yet completed",
    meaning: 'The previous run of this id has ended, but a descendant of it is still live.',
    remedy: 'Wait for the descendant, terminate it, or take another id.',
    dapr: { tag: 'ERR_START_WORKFLOW' },
  },
  ERR_INSTANCE_NOT_CLOSED: {
    category: 'state',
    http: 409,
    grpc: 'FAILED_PRECONDITION',
    retriable: false,
    message: "workflow '{instanceId}': orchestration has not yet completed",
    meaning: 'Purge and rerun need an instance that has ended (purge can be forced).',
    remedy: 'Terminate it or wait for its end; force the purge when nothing must survive.',
    dapr: { tag: 'operation', http: 500, grpc: 'INTERNAL' },
  },
  ERR_INSTANCE_STALLED: {
    category: 'state',
    http: 409,
    grpc: 'FAILED_PRECONDITION',
    retriable: true,
    message: "workflow '{instanceId}': workflow is stalled: {reason}",
    meaning: 'The instance cannot go on with the workers that are connected, so it takes no changes.',
    remedy: 'Connect a worker whose code fits its history (the reason says what differs), or force a purge.',
    dapr: { tag: 'operation', http: 500, grpc: 'INTERNAL' },
  },
  ERR_RERUN_INVALID: {
    category: 'request',
    http: 400,
    grpc: 'INVALID_ARGUMENT',
    retriable: false,
    message: '{reason}',
    meaning: 'The rerun asks for something the source instance does not allow.',
    remedy: 'Correct what the message names.',
  },
  ERR_RERUN_EVENT_NOT_FOUND: {
    category: 'state',
    http: 404,
    grpc: 'NOT_FOUND',
    retriable: false,
    message: '{reason}',
    meaning: 'The source has no such event, or it is not one that can be run again.',
    remedy: 'Read the history of the source and name a scheduled activity, timer or child workflow.',
  },
  ERR_RERUN_TARGET_EXISTS: {
    category: 'state',
    http: 409,
    grpc: 'ALREADY_EXISTS',
    retriable: false,
    message: "workflow '{instanceId}' has already been created",
    meaning: 'The id for the rerun is taken.',
    remedy: 'Take another id or none (one is made up).',
  },
  ERR_COMPONENT_NOT_FOUND: {
    category: 'request',
    http: 400,
    grpc: 'INVALID_ARGUMENT',
    retriable: false,
    message: "workflow component '{component}' does not exist{hint}",
    meaning: 'No loaded component has this name.',
    remedy: 'Name a component listed by /v1/components, or "dapr" for the default one.',
    dapr: { tag: 'ERR_WORKFLOW_COMPONENT_NOT_FOUND' },
  },
  ERR_COMPONENT_NOT_READY: {
    category: 'availability',
    http: 503,
    grpc: 'UNAVAILABLE',
    retriable: true,
    message: "workflow component '{component}' is not ready: {reason}",
    meaning: 'The component is loaded, and its server or store cannot be reached at the moment.',
    remedy: 'Try again; /v1/components shows the reason and since when.',
    dapr: { tag: 'operation', http: 500, grpc: 'UNAVAILABLE' },
  },
  ERR_NOT_SUPPORTED: {
    category: 'capability',
    http: 501,
    grpc: 'UNIMPLEMENTED',
    retriable: false,
    message: "workflow component '{component}' does not support {operation}",
    meaning: 'The component declares that it lacks this capability. Nothing was done.',
    remedy: 'See the capabilities at /v1/components; use a component that has it.',
  },
  ERR_UNAUTHENTICATED: {
    category: 'auth',
    http: 401,
    grpc: 'UNAUTHENTICATED',
    retriable: false,
    message: 'invalid api token',
    meaning: 'The host has an API token and the call carries none or another one.',
    remedy: 'Send the header (gRPC metadata) dapr-api-token.',
  },
  ERR_HOST_NOT_ALLOWED: {
    category: 'auth',
    http: 403,
    grpc: 'PERMISSION_DENIED',
    retriable: false,
    message: 'host "{host}" is not one this server answers to',
    meaning:
      'The Host or Origin header names a site this server does not serve: a page in a browser may be calling it.',
    remedy: 'Call it by its own address, or allow the name with --allowed-host.',
  },
  ERR_NOT_FOUND: {
    category: 'request',
    http: 404,
    grpc: 'UNIMPLEMENTED',
    retriable: false,
    message: 'no such route: {method} {path}',
    meaning: 'The path or the method is not served.',
    remedy: 'See /v1/openapi.json.',
  },
  ERR_METHOD_NOT_ALLOWED: {
    category: 'request',
    http: 405,
    grpc: 'UNIMPLEMENTED',
    retriable: false,
    message: '{path} does not answer {method}',
    meaning: 'The route exists with other methods.',
    remedy: 'See /v1/openapi.json.',
  },
  ERR_PAYLOAD_TOO_LARGE: {
    category: 'limit',
    http: 413,
    grpc: 'RESOURCE_EXHAUSTED',
    retriable: false,
    message: '{what} is {bytes} bytes, the limit is {limit}',
    meaning: 'An input, output, event or message is over the limit of the door or the component.',
    remedy: 'Keep large data elsewhere and pass a reference, or raise --max-body-size.',
    dapr: { tag: 'ERR_BODY_READ', http: 400 },
  },
  ERR_JSON_TOO_DEEP: {
    category: 'limit',
    http: 400,
    grpc: 'INVALID_ARGUMENT',
    retriable: false,
    message: 'JSON is nested deeper than {limit} levels',
    meaning:
      'A control body is nested deeper than any request needs. Payloads are never parsed and have no such limit.',
    remedy: 'Send a flat request.',
    dapr: { tag: 'ERR_MALFORMED_REQUEST' },
  },
  ERR_INBOX_FULL: {
    category: 'limit',
    http: 429,
    grpc: 'UNAVAILABLE',
    retriable: true,
    message: "workflow '{instanceId}' has {count} unconsumed events ({bytes} bytes); the limit is {limit}",
    meaning: 'Events arrive faster than the workflow takes them in. This one was not recorded.',
    remedy: 'Slow down and try again.',
    dapr: { tag: 'operation', http: 429 },
  },
  ERR_OVERLOADED: {
    category: 'limit',
    http: 503,
    grpc: 'UNAVAILABLE',
    retriable: true,
    message: 'too much work in flight: {reason}',
    meaning: 'A bound on concurrent work was reached. Nothing was recorded.',
    remedy: 'Try again after a moment.',
    dapr: { tag: 'operation', http: 503 },
  },
  ERR_WAIT_TIMEOUT: {
    category: 'availability',
    http: 408,
    grpc: 'DEADLINE_EXCEEDED',
    retriable: true,
    message: "workflow '{instanceId}' did not get there within {timeoutMs} ms; last seen {status}",
    meaning: 'The wait is over; the instance goes on.',
    remedy: 'Wait again, or longer.',
  },
  ERR_CANCELLED: {
    category: 'availability',
    http: 499,
    grpc: 'CANCELLED',
    retriable: true,
    message: 'the caller went away',
    meaning: 'The caller ended the call before it was answered.',
    remedy: 'None.',
  },
  ERR_SHUTTING_DOWN: {
    category: 'availability',
    http: 503,
    grpc: 'UNAVAILABLE',
    retriable: true,
    message: 'shutting down',
    meaning: 'The host is draining and takes no new work.',
    remedy: 'Try another replica, or again after the restart.',
    dapr: { tag: 'operation', http: 503 },
  },
  ERR_STORE_UNAVAILABLE: {
    category: 'availability',
    http: 503,
    grpc: 'UNAVAILABLE',
    retriable: true,
    message: 'the store cannot record anything now: {reason}',
    meaning: 'The disk is full, the file cannot be written or a flush failed. Nothing was acknowledged.',
    remedy: 'Free space or mend the volume; the engine recovers by itself.',
    dapr: { tag: 'operation', http: 500, grpc: 'UNAVAILABLE' },
  },
  ERR_STORE_IN_USE: {
    category: 'config',
    http: 500,
    grpc: 'FAILED_PRECONDITION',
    retriable: false,
    message: 'the store "{path}" is in use by another process',
    meaning: 'Two processes on one SQLite file would overwrite each other, so the second does not start.',
    remedy: 'Stop the other host, or give this one a file of its own.',
  },
  ERR_STORE_UNSUPPORTED: {
    category: 'config',
    http: 500,
    grpc: 'FAILED_PRECONDITION',
    retriable: false,
    message: 'the store "{path}" cannot be used: {reason}',
    meaning:
      'The file has a schema this release does not know, the SQLite library is too old, or durability cannot be set.',
    remedy: 'Use the release that wrote the file, or upgrade SQLite (>= 3.51.3).',
  },
  ERR_HISTORY_CORRUPT: {
    category: 'internal',
    http: 500,
    grpc: 'INTERNAL',
    retriable: false,
    message: 'stored history cannot be read: {reason}',
    meaning: 'Bytes in the store are not what was written. The instance is quarantined; others go on.',
    remedy: 'Restore the store from a backup; purge the instance by force.',
  },
  ERR_CONFIG_INVALID: {
    category: 'config',
    http: 500,
    grpc: 'FAILED_PRECONDITION',
    retriable: false,
    message: '{reason}',
    meaning:
      'A flag, an environment variable or a YAML file is wrong. The host does not start with a half-read configuration.',
    remedy: 'Correct what the message names (file, line, column); `wfhost lint` lists all findings.',
  },
  ERR_PACKAGE_MISSING: {
    category: 'config',
    http: 500,
    grpc: 'FAILED_PRECONDITION',
    retriable: false,
    message: '{type} needs the package {package}: npm install {package}',
    meaning:
      'A package that only an optional part needs (the vendor client of a component, the tracing SDK) is not installed.',
    remedy: 'Install the package the message names.',
  },
  ERR_INTERNAL: {
    category: 'internal',
    http: 500,
    grpc: 'INTERNAL',
    retriable: true,
    message: '{reason}',
    meaning: 'Something the host did not foresee. The log has the cause.',
    remedy: 'Report it with the log line.',
    dapr: { tag: 'operation', http: 500, grpc: 'INTERNAL' },
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof rows;

/** All rows by code. */
export const errorRegistry: Readonly<Record<ErrorCode, ErrorRow>> = rows;

/** What fills a message template, and travels beside the message for machines to read. */
export type ErrorParams = Readonly<Record<string, string | number | boolean>>;

/** The only error that crosses a room's border. Match `code`, never the message. */
export class WorkflowError extends Error {
  override readonly name = 'WorkflowError';
  readonly code: ErrorCode;
  readonly params: ErrorParams;

  constructor(code: ErrorCode, params: ErrorParams = {}, options?: { readonly cause?: unknown }) {
    super(fillTemplate(errorRegistry[code].message, params), options);
    this.code = code;
    this.params = params;
  }

  /** The registry row of this error. */
  get row(): ErrorRow {
    return errorRegistry[this.code];
  }

  /** The only way in for caught values: an unknown one becomes `fallback` with the original as its cause. */
  static from(caught: unknown, fallback: ErrorCode = 'ERR_INTERNAL'): WorkflowError {
    if (caught instanceof WorkflowError) return caught;
    // A plug-in may carry its own copy of this class: its code is what counts.
    if (isForeignWorkflowError(caught)) return new WorkflowError(caught.code, caught.params, { cause: caught });
    const reason = caught instanceof Error ? caught.message : String(caught);
    return new WorkflowError(fallback, { reason }, { cause: caught });
  }
}

function fillTemplate(template: string, params: ErrorParams): string {
  return template.replace(/\{(\w+)\}/g, (_whole, name: string) => String(params[name] ?? ''));
}

function isForeignWorkflowError(value: unknown): value is { code: ErrorCode; params: ErrorParams } {
  if (!(value instanceof Error) || value.name !== 'WorkflowError') return false;
  const candidate = value as { code?: unknown; params?: unknown };
  return typeof candidate.code === 'string' && candidate.code in errorRegistry && typeof candidate.params === 'object';
}

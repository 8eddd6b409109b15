import type { ErrorCode } from '../core/index.js';
import type { DoorName, DoorOperation } from './door.js';

/** Operations that cases expect to be refused. */
export type RefusableOperation = Extract<
  DoorOperation,
  | 'start'
  | 'get'
  | 'raise'
  | 'suspend'
  | 'resume'
  | 'terminate'
  | 'purge'
  | 'purgeByFilter'
  | 'list'
  | 'history'
  | 'rerun'
  | 'wait'
>;

/** What a wire says. HTTP: status and tag; gRPC: the status name. Written from the specification, not from the host. */
interface WireAnswer {
  readonly http: string;
  readonly grpc: string;
  readonly taskhub: string;
}

const own = (tag: string, http = 500): string => `${http} ${tag}`;

/** The tag of an operation's own failure on Dapr's routes. */
const tags: Readonly<Record<RefusableOperation, string>> = {
  start: 'ERR_START_WORKFLOW',
  get: 'ERR_GET_WORKFLOW',
  raise: 'ERR_RAISE_EVENT_WORKFLOW',
  suspend: 'ERR_PAUSE_WORKFLOW',
  resume: 'ERR_RESUME_WORKFLOW',
  terminate: 'ERR_TERMINATE_WORKFLOW',
  purge: 'ERR_PURGE_WORKFLOW',
  purgeByFilter: '',
  list: '',
  history: '',
  rerun: '',
  wait: '',
};

/** The doors' answers by code: Dapr 1.5, decisions D1-D6, and 3.1 for TaskHub. */
function wireAnswer(operation: RefusableOperation, code: ErrorCode): WireAnswer | undefined {
  const ownV1 = operation === 'list' || operation === 'history' || operation === 'rerun';
  switch (code) {
    case 'ERR_INSTANCE_NOT_FOUND': {
      const named = operation === 'get' || operation === 'terminate' || operation === 'purge';
      const http = ownV1 ? own(code, 404) : named ? own('ERR_INSTANCE_ID_NOT_FOUND', 404) : own(tags[operation]);
      const taskhub = operation === 'history' || operation === 'rerun' ? 'NOT_FOUND' : 'UNKNOWN';
      return { http, grpc: named ? 'NOT_FOUND' : 'INTERNAL', taskhub };
    }
    case 'ERR_INSTANCE_EXISTS':
    case 'ERR_INSTANCE_ID_IN_USE':
      return { http: own('ERR_START_WORKFLOW', 409), grpc: 'ALREADY_EXISTS', taskhub: 'ALREADY_EXISTS' };
    case 'ERR_INSTANCE_ID_TOO_LONG':
    case 'ERR_INSTANCE_ID_INVALID':
      return { http: own(code, 400), grpc: 'INVALID_ARGUMENT', taskhub: 'INVALID_ARGUMENT' };
    case 'ERR_INSTANCE_NOT_CLOSED':
    case 'ERR_INSTANCE_STALLED':
      if (operation === 'rerun') return { http: own(code, 409), grpc: '', taskhub: 'INVALID_ARGUMENT' };
      return { http: own(tags[operation]), grpc: 'INTERNAL', taskhub: 'UNKNOWN' };
    case 'ERR_PAYLOAD_TOO_LARGE':
      return { http: own('ERR_BODY_READ', 400), grpc: 'RESOURCE_EXHAUSTED', taskhub: 'RESOURCE_EXHAUSTED' };
    case 'ERR_RERUN_INVALID':
      return { http: own(code, 400), grpc: '', taskhub: 'INVALID_ARGUMENT' };
    case 'ERR_RERUN_EVENT_NOT_FOUND':
      return { http: own(code, 404), grpc: '', taskhub: 'NOT_FOUND' };
    case 'ERR_RERUN_TARGET_EXISTS':
      return { http: own(code, 409), grpc: '', taskhub: 'ALREADY_EXISTS' };
    case 'ERR_CONTINUATION_TOKEN_INVALID':
      return { http: own(code, 400), grpc: '', taskhub: 'INVALID_ARGUMENT' };
    case 'ERR_NOT_SUPPORTED':
      return { http: own(code, 501), grpc: 'UNIMPLEMENTED', taskhub: 'UNIMPLEMENTED' };
    default:
      return undefined;
  }
}

/** Statuses of our own HTTP routes, which answer with the code itself. */
const ownStatuses: Partial<Record<ErrorCode, number>> = {
  ERR_INSTANCE_NOT_FOUND: 404,
  ERR_INSTANCE_EXISTS: 409,
  ERR_INSTANCE_ID_IN_USE: 409,
  ERR_INSTANCE_NOT_CLOSED: 409,
  ERR_INSTANCE_STALLED: 409,
  ERR_PAYLOAD_TOO_LARGE: 413,
};

/** How a door may word a refusal. In process it is the code itself; HTTP has Dapr's routes and our own. */
export function expectedRefusals(door: DoorName, operation: RefusableOperation, code: ErrorCode): readonly string[] {
  if (door === 'in-process') return [code];
  const answer = wireAnswer(operation, code);
  if (!answer) throw new Error(`no expectation is written for ${code} of ${operation} at ${door}`);
  const ownStatus = ownStatuses[code];
  return door === 'http' && ownStatus !== undefined ? [answer.http, own(code, ownStatus)] : [answer[door]];
}

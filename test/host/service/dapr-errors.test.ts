import { describe, expect, test } from '@jest/globals';
import { WorkflowError, type ErrorCode, type ErrorParams } from '../../../core/index.js';
import { daprError, type DaprOperation } from '../../../host/service/dapr-errors.js';

interface Row {
  readonly operation: DaprOperation;
  readonly code: ErrorCode;
  readonly params?: ErrorParams;
  readonly subject?: string;
  readonly tag: string;
  readonly http: number;
  readonly grpc: string;
  readonly message: RegExp;
}

const unknown = { code: 'ERR_INSTANCE_NOT_FOUND', params: { instanceId: 'i' } } as const;
const open = { code: 'ERR_INSTANCE_NOT_CLOSED', params: { instanceId: 'i' } } as const;
const stalled = { code: 'ERR_INSTANCE_STALLED', params: { instanceId: 'i', reason: 'x' } } as const;
const taken = { code: 'ERR_INSTANCE_EXISTS', params: { instanceId: 'i' } } as const;

const rows: readonly Row[] = [
  {
    operation: 'get',
    ...unknown,
    tag: 'ERR_INSTANCE_ID_NOT_FOUND',
    http: 404,
    grpc: 'NOT_FOUND',
    message: /^unable to find workflow with the provided instance ID: i$/,
  },
  {
    operation: 'terminate',
    ...unknown,
    tag: 'ERR_INSTANCE_ID_NOT_FOUND',
    http: 404,
    grpc: 'NOT_FOUND',
    message: /: i$/,
  },
  { operation: 'purge', ...unknown, tag: 'ERR_INSTANCE_ID_NOT_FOUND', http: 404, grpc: 'NOT_FOUND', message: /: i$/ },
  {
    operation: 'suspend',
    ...unknown,
    tag: 'ERR_PAUSE_WORKFLOW',
    http: 500,
    grpc: 'INTERNAL',
    message: /^error pausing workflow i: no such instance exists$/,
  },
  {
    operation: 'resume',
    ...unknown,
    tag: 'ERR_RESUME_WORKFLOW',
    http: 500,
    grpc: 'INTERNAL',
    message: /^error resuming workflow i: no such instance exists$/,
  },
  {
    operation: 'raiseEvent',
    ...unknown,
    tag: 'ERR_RAISE_EVENT_WORKFLOW',
    http: 500,
    grpc: 'INTERNAL',
    message: /^error raising event on workflow 'i': no such instance exists$/,
  },
  {
    operation: 'purge',
    ...open,
    tag: 'ERR_PURGE_WORKFLOW',
    http: 500,
    grpc: 'INTERNAL',
    message: /^error purging workflow i: .*orchestration has not yet completed$/,
  },
  {
    operation: 'raiseEvent',
    ...stalled,
    tag: 'ERR_RAISE_EVENT_WORKFLOW',
    http: 500,
    grpc: 'INTERNAL',
    message: /workflow is stalled/,
  },
  {
    operation: 'terminate',
    ...stalled,
    tag: 'ERR_TERMINATE_WORKFLOW',
    http: 500,
    grpc: 'INTERNAL',
    message: /^error terminating workflow 'i': .*workflow is stalled/,
  },
  {
    operation: 'start',
    ...taken,
    subject: 'wf',
    tag: 'ERR_START_WORKFLOW',
    http: 409,
    grpc: 'ALREADY_EXISTS',
    message: /^error starting workflow 'wf': an active workflow with ID 'i' already exists$/,
  },
  {
    operation: 'start',
    code: 'ERR_INSTANCE_ID_IN_USE',
    params: { instanceId: 'i', childId: 'c' },
    subject: 'wf',
    tag: 'ERR_START_WORKFLOW',
    http: 409,
    grpc: 'ALREADY_EXISTS',
    message: /^error starting workflow 'wf': cannot recreate/,
  },
  {
    operation: 'start',
    code: 'ERR_WORKFLOW_NAME_MISSING',
    tag: 'ERR_WORKFLOW_NAME_MISSING',
    http: 400,
    grpc: 'INVALID_ARGUMENT',
    message: /^workflow name is not configured$/,
  },
  {
    operation: 'start',
    code: 'ERR_INSTANCE_ID_TOO_LONG',
    params: { limit: 64 },
    tag: 'ERR_INSTANCE_ID_TOO_LONG',
    http: 400,
    grpc: 'INVALID_ARGUMENT',
    message: /64/,
  },
  {
    operation: 'start',
    code: 'ERR_PAYLOAD_TOO_LARGE',
    params: { what: 'input', bytes: 2, limit: 1 },
    tag: 'ERR_BODY_READ',
    http: 400,
    grpc: 'RESOURCE_EXHAUSTED',
    message: /^input is 2 bytes/,
  },
  {
    operation: 'get',
    code: 'ERR_INSTANCE_ID_MISSING',
    tag: 'ERR_INSTANCE_ID_PROVIDED_MISSING',
    http: 400,
    grpc: 'INVALID_ARGUMENT',
    message: /^no instance ID was provided$/,
  },
  {
    operation: 'get',
    code: 'ERR_COMPONENT_NOT_FOUND',
    params: { component: 'c', hint: '' },
    tag: 'ERR_WORKFLOW_COMPONENT_NOT_FOUND',
    http: 400,
    grpc: 'INVALID_ARGUMENT',
    message: /^workflow component 'c' does not exist$/,
  },
  {
    operation: 'suspend',
    code: 'ERR_NOT_SUPPORTED',
    params: { component: 'c', operation: 'suspendResume' },
    tag: 'ERR_NOT_SUPPORTED',
    http: 501,
    grpc: 'UNIMPLEMENTED',
    message: /does not support/,
  },
  {
    operation: 'get',
    code: 'ERR_INTERNAL',
    params: { reason: 'boom' },
    tag: 'ERR_GET_WORKFLOW',
    http: 500,
    grpc: 'INTERNAL',
    message: /^error while getting workflow info on instance 'i': boom$/,
  },
];

describe('an error on a Dapr-compatible route', () => {
  test.each(rows)(
    '$operation answers $code as $tag',
    ({ operation, code, params, subject = 'i', message, ...expected }) => {
      const answer = daprError(operation, new WorkflowError(code, params), subject);
      expect(answer).toMatchObject(expected);
      expect(answer.message).toMatch(message);
    },
  );
});

import type { FlagSpec } from './spec.js';

/** Flags that several commands share. */

export const helpFlag = {
  help: { kind: 'switch', short: 'h', help: 'Show the help of the command.' },
} as const satisfies Record<string, FlagSpec>;

export const colorFlag = {
  color: {
    kind: 'choice',
    choices: ['auto', 'always', 'never'],
    default: 'auto',
    env: ['WFHOST_COLOR'],
    help: 'Colours; auto: on a terminal, unless NO_COLOR is set.',
  },
} as const satisfies Record<string, FlagSpec>;

/** How results are printed. */
export const outputFlags = {
  output: {
    kind: 'choice',
    short: 'o',
    choices: ['table', 'wide', 'json', 'jsonl', 'yaml', 'ids', 'none'],
    default: 'table',
    env: ['WFHOST_OUTPUT'],
    help: 'Form of the result. json, jsonl and yaml have the shapes of /v1/openapi.json.',
  },
  columns: {
    kind: 'text',
    value: 'A,B',
    env: ['WFHOST_COLUMNS'],
    help: 'Columns of a table, by name, in this order.',
  },
  'no-headers': { kind: 'switch', env: ['WFHOST_NO_HEADERS'], help: 'Leave out the head line of a table.' },
  'time-format': {
    kind: 'choice',
    choices: ['relative', 'iso', 'raw'],
    default: 'relative',
    env: ['WFHOST_TIME_FORMAT'],
    help: 'Times in tables: since when, RFC 3339, or epoch milliseconds.',
  },
  ...colorFlag,
} as const satisfies Record<string, FlagSpec>;

/** Where the server is. */
export const serverFlags = {
  server: {
    kind: 'text',
    value: 'URL',
    env: ['WFHOST_SERVER'],
    help: 'Address of the host. Default: http://127.0.0.1:3500, or the port of DAPR_HTTP_PORT.',
  },
  token: {
    kind: 'text',
    value: 'TOKEN',
    env: ['WFHOST_TOKEN', 'DAPR_API_TOKEN'],
    help: 'API token. The environment keeps it out of the process list.',
  },
  'app-id': { kind: 'text', short: 'a', value: 'ID', help: 'Refuse to act when the server serves another app.' },
  namespace: {
    kind: 'text',
    short: 'n',
    value: 'NAME',
    help: 'Refuse to act when the server is in another namespace.',
  },
  'request-timeout': {
    kind: 'duration',
    default: '30s',
    env: ['WFHOST_REQUEST_TIMEOUT'],
    help: 'How long one request may take.',
  },
} as const satisfies Record<string, FlagSpec>;

const componentFlag = {
  component: {
    kind: 'text',
    value: 'NAME',
    default: 'default',
    env: ['WFHOST_COMPONENT'],
    help: 'Workflow component to address.',
  },
} as const satisfies Record<string, FlagSpec>;

/** Of every command that addresses instances. */
export const workflowFlags = { ...serverFlags, ...componentFlag } as const satisfies Record<string, FlagSpec>;

/** Of a command that answers with a sentence rather than a result. */
export const quietFlag = {
  quiet: { kind: 'switch', short: 'q', help: 'Say nothing when it went well.' },
} as const satisfies Record<string, FlagSpec>;

export const statusChoices = [
  'PENDING',
  'RUNNING',
  'SUSPENDED',
  'COMPLETED',
  'FAILED',
  'TERMINATED',
  'CANCELED',
  'STALLED',
] as const;

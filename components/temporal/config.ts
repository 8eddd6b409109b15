import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { WorkflowError, type ComponentContext, type ComponentSpec } from '../../core/index.js';

export interface TemporalConfig {
  /** `host:port`. */
  readonly address: string;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly identity: string;
  readonly apiKey?: string;
  readonly tls?: TlsConfig | true;
  readonly workflowTaskTimeoutMs: number;
  readonly activityHeartbeatMs: number;
  readonly maxConcurrentWorkflowTasks: number;
  readonly maxConcurrentActivities: number;
  /** Continue-as-new begins a new run in a history longer than this. */
  readonly eventsPerRun: number;
  /** Runs kept translated in memory. */
  readonly cachedRuns: number;
}

export interface TlsConfig {
  readonly serverNameOverride?: string;
  readonly serverRootCACertificate?: Buffer;
  readonly clientCertPair?: { readonly crt: Buffer; readonly key: Buffer };
}

const whole = { type: 'string', pattern: '^[1-9][0-9]{0,8}$' } as const;

export const configSchema = {
  type: 'object',
  properties: {
    address: { type: 'string', minLength: 1, default: 'localhost:7233', description: 'Host and port of the server.' },
    hostport: { type: 'string', minLength: 1, description: 'Another name of address.' },
    namespace: { type: 'string', minLength: 1, default: 'default', description: 'Namespace; it must exist.' },
    taskQueue: { type: 'string', description: 'Task queue of the workflows and activities; default: the app id.' },
    identity: { type: 'string', description: 'How the server names this host; default: wfhost@host:pid.' },
    apiKey: { type: 'string', description: 'API key; it implies TLS.' },
    tls: {
      type: 'string',
      enum: ['auto', 'true', 'false'],
      default: 'auto',
      description: 'auto: when a key or certificate is given.',
    },
    tlsServerName: { type: 'string', description: 'Name the server certificate must have.' },
    tlsCaCert: { type: 'string', description: 'Certificate authority: PEM text, or a file.' },
    tlsClientCert: { type: 'string', description: 'Client certificate: PEM text, or a file.' },
    tlsClientKey: { type: 'string', description: 'Its key: PEM text, or a file.' },
    workflowTaskTimeoutSeconds: {
      ...whole,
      default: '10',
      description: 'After so long without an answer another host gets the turn; at most 120.',
    },
    activityHeartbeatSeconds: {
      ...whole,
      default: '30',
      description: 'After so long without a sign of life an activity runs again elsewhere.',
    },
    maxConcurrentWorkflowTasks: { ...whole, default: '100', description: 'Turns in hand at once.' },
    maxConcurrentActivities: { ...whole, default: '100', description: 'Activities in hand at once.' },
    eventsPerRun: {
      ...whole,
      default: '10000',
      description: 'Continue-as-new goes on in a new run once the history of the old one is longer.',
    },
    cachedRuns: { ...whole, default: '1000', description: 'Workflows kept in memory between turns.' },
  },
  additionalProperties: false,
} as const;

/** Throws `ERR_CONFIG_INVALID`. */
export function readConfig(spec: ComponentSpec, context: Pick<ComponentContext, 'appId'>): TemporalConfig {
  const { properties } = spec;
  const number = (name: string, fallback: number): number => Number(properties.get(name) ?? fallback);
  const apiKey = properties.get('apiKey');
  const tls = readTls(spec);
  const workflowTaskTimeoutMs = number('workflowTaskTimeoutSeconds', 10) * 1000;
  if (workflowTaskTimeoutMs > 120_000) throw invalid(spec, 'workflowTaskTimeoutSeconds is at most 120');
  return {
    address: properties.get('address') ?? properties.get('hostport') ?? 'localhost:7233',
    namespace: properties.get('namespace') ?? 'default',
    taskQueue: properties.get('taskQueue') || context.appId,
    identity: properties.get('identity') || `wfhost@${hostname()}:${process.pid}`,
    workflowTaskTimeoutMs,
    activityHeartbeatMs: number('activityHeartbeatSeconds', 30) * 1000,
    maxConcurrentWorkflowTasks: number('maxConcurrentWorkflowTasks', 100),
    maxConcurrentActivities: number('maxConcurrentActivities', 100),
    eventsPerRun: number('eventsPerRun', 10_000),
    cachedRuns: number('cachedRuns', 1000),
    ...(apiKey ? { apiKey } : {}),
    ...(tls ? { tls } : {}),
  };
}

function readTls(spec: ComponentSpec): TlsConfig | true | undefined {
  const { properties } = spec;
  const given = (name: string): string | undefined => properties.get(name) || undefined;
  const [mode, serverName] = [properties.get('tls') ?? 'auto', given('tlsServerName')];
  const [ca, crt, key] = ['tlsCaCert', 'tlsClientCert', 'tlsClientKey'].map((name) => pem(spec, name, given(name)));
  if (Boolean(crt) !== Boolean(key)) throw invalid(spec, 'tlsClientCert and tlsClientKey go together');
  const details: TlsConfig = {
    ...(serverName ? { serverNameOverride: serverName } : {}),
    ...(ca ? { serverRootCACertificate: ca } : {}),
    ...(crt && key ? { clientCertPair: { crt, key } } : {}),
  };
  const hasDetails = Object.keys(details).length > 0;
  if (mode === 'false') {
    if (hasDetails || given('apiKey')) throw invalid(spec, 'tls is false, but a key or certificate is given');
    return undefined;
  }
  if (hasDetails) return details;
  return mode === 'true' || given('apiKey') ? true : undefined;
}

/** PEM text as it is, anything else as the path of a file. */
function pem(spec: ComponentSpec, name: string, value: string | undefined): Buffer | undefined {
  if (value === undefined) return undefined;
  if (value.includes('-----BEGIN')) return Buffer.from(value);
  try {
    return readFileSync(value);
  } catch (error) {
    throw invalid(spec, `${name}: the file cannot be read`, error);
  }
}

function invalid(spec: ComponentSpec, reason: string, cause?: unknown): WorkflowError {
  return new WorkflowError(
    'ERR_CONFIG_INVALID',
    { reason: `component "${spec.name}" (${spec.source}): ${reason}` },
    { cause },
  );
}

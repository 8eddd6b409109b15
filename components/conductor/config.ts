import { WorkflowError, type ComponentContext, type ComponentSpec } from '../../core/index.js';

export interface ConductorConfig {
  /** Without `/api` and without a slash at the end. */
  readonly serverUrl: string;
  readonly key?: { readonly id: string; readonly secret: string };
  /** Begins the names of our definitions, and is the task domain: what one application shares. */
  readonly prefix: string;
  /** A task whose host is gone is handed out again after this time, ms. */
  readonly leaseMs: number;
  /** How often queues are looked at for what other hosts left there, ms. */
  readonly idlePollMs: number;
  readonly requestTimeoutMs: number;
}

const seconds = { type: 'string', pattern: '^[0-9]{1,5}$' } as const;

export const configSchema = {
  type: 'object',
  required: ['serverUrl'],
  properties: {
    serverUrl: {
      type: 'string',
      pattern: '^https?://',
      description: 'Address of the Conductor server, with or without /api.',
    },
    keyId: { type: 'string', minLength: 1, description: 'Access key, for servers that ask for one.' },
    keySecret: { type: 'string', minLength: 1, description: 'Secret of the access key.' },
    prefix: {
      type: 'string',
      pattern: '^[A-Za-z][A-Za-z0-9_-]{0,63}$',
      description: "Begins the names of the component's definitions on the server; default: wfhost_<app id>.",
    },
    leaseSeconds: {
      ...seconds,
      default: '60',
      description: 'A task whose host is gone is handed out again after this time.',
    },
    idlePollMs: {
      ...seconds,
      default: '1000',
      description: 'How often queues are looked at for what other hosts left there, ms.',
    },
    requestTimeoutSeconds: {
      ...seconds,
      default: '30',
      description: 'A request without an answer is given up after this time.',
    },
  },
  additionalProperties: false,
} as const;

/** Throws `ERR_CONFIG_INVALID`. */
export function readConfig(spec: ComponentSpec, context: Pick<ComponentContext, 'appId'>): ConductorConfig {
  const { properties } = spec;
  const serverUrl = (properties.get('serverUrl') ?? '').replace(/\/+$/, '').replace(/\/api$/, '');
  if (!URL.canParse(serverUrl)) throw invalid(spec, `serverUrl "${serverUrl}" is not an address`);
  const [id, secret] = [properties.get('keyId'), properties.get('keySecret')];
  if ((id === undefined) !== (secret === undefined)) throw invalid(spec, 'keyId and keySecret go together');
  const prefix = properties.get('prefix') ?? `wfhost_${context.appId.replaceAll(/[^A-Za-z0-9_-]/g, '_')}`;
  return {
    serverUrl,
    ...(id !== undefined && secret !== undefined ? { key: { id, secret } } : {}),
    prefix,
    leaseMs: wholeNumber(spec, 'leaseSeconds', 60, 2) * 1_000,
    idlePollMs: wholeNumber(spec, 'idlePollMs', 1_000, 50),
    requestTimeoutMs: wholeNumber(spec, 'requestTimeoutSeconds', 30, 1) * 1_000,
  };
}

function wholeNumber(spec: ComponentSpec, name: string, fallback: number, least: number): number {
  const value = Number(spec.properties.get(name) ?? fallback);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw invalid(spec, `${name} must be a whole number of at least ${least}`);
}

function invalid(spec: ComponentSpec, reason: string): WorkflowError {
  return new WorkflowError('ERR_CONFIG_INVALID', { reason: `component "${spec.name}" (${spec.source}): ${reason}` });
}

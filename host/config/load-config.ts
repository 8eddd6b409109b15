import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import type { LogLevel } from '../observability/logger.js';
import { Secrets } from '../observability/secrets.js';
import type { ComponentRegistry } from '../registry.js';
import { defaultConfig } from './defaults.js';
import type { FileConfig } from './files/read-files.js';
import type { Environment } from './files/substitution.js';
import { byPlace, refuseErrors, scrubbed, type Finding } from './findings.js';
import type { HostFlags } from './flags.js';
import { GivenSettings } from './given-settings.js';
import { parseGoDuration } from './go-duration.js';
import type { HostConfig } from './host-config.js';
import { parseBytes } from './quantity.js';
import { readTokens } from './tokens.js';

export interface ConfigInput {
  readonly flags: HostFlags;
  readonly env: Environment;
  /** Folder that relative paths are seen from. */
  readonly cwd: string;
  /** Knows the component types; plug-ins that a Configuration lists are added to it. */
  readonly registry: ComponentRegistry;
}

const logLevels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error', 'silent'];
const defaultHttpPort = 3500;
const defaultGrpcPort = 50_001;

/**
 * Flags over environment over files over defaults. Throws one `ERR_CONFIG_INVALID` that names everything that is wrong.
 */
export async function readConfig(input: ConfigInput): Promise<HostConfig> {
  const given = new GivenSettings(input.flags, input.env);
  const appId = given.get('app-id')?.text ?? defaultConfig.appId;
  const namespace = given.get('namespace')?.text ?? defaultConfig.namespace;
  const scalars = readScalars(given, input.cwd);
  const { tokens, ...listening } = readListening(given, input.cwd);
  const files = await readDeclared(given, input, { appId, namespace });

  const secrets = new Secrets([...tokens, ...files.secrets]);
  const findings = [...given.findings, ...files.findings.toSorted(byPlace)].map((finding) =>
    scrubbed(finding, secrets),
  );
  refuseErrors(findings);
  const {
    defaultComponent = files.settings?.defaultComponent,
    tracingEndpoint = files.settings?.tracingEndpoint,
    ...rest
  } = scalars;
  return Object.freeze({
    ...defaultConfig,
    appId,
    namespace,
    ...rest,
    ...listening,
    apiTokens: tokens,
    components: files.components,
    plugins: files.plugins,
    ...(files.settings ? { retention: files.settings.retention, concurrency: files.settings.concurrency } : {}),
    ...(files.settings?.metrics === undefined ? {} : { metrics: files.settings.metrics }),
    ...(defaultComponent === undefined ? {} : { defaultComponent }),
    ...(tracingEndpoint === undefined ? {} : { tracingEndpoint }),
    secrets,
    notes: findings,
  });
}

interface Scalars {
  readonly maxBodyBytes: number;
  readonly drainTimeoutMs: number;
  readonly dataDir: string;
  readonly logLevel: LogLevel;
  readonly logFormat: 'json' | 'pretty';
  readonly defaultComponent?: string;
  readonly tracingEndpoint?: string;
}

function readScalars(given: GivenSettings, cwd: string): Scalars {
  const bytes = given.parsed('max-body-size', positive(parseBytes), 'a size such as 4Mi');
  const drainMs = given.parsed('drain-timeout', readDuration, 'a duration such as 30s');
  const level = given.parsed(
    'log-level',
    (text) => logLevels.find((known) => known === text),
    `one of ${logLevels.join(', ')}`,
  );
  const defaultComponent = given.get('default-component')?.text;
  const tracingEndpoint = given.parsed('tracing-endpoint', (text) => (URL.canParse(text) ? text : undefined), 'a URL');
  return {
    maxBodyBytes: bytes ?? defaultConfig.maxBodyBytes,
    drainTimeoutMs: drainMs ?? defaultConfig.drainTimeoutMs,
    dataDir: resolve(cwd, given.get('data-dir')?.text ?? defaultConfig.dataDir),
    logLevel: level ?? defaultConfig.logLevel,
    logFormat: given.isOn('log-as-json') ? 'json' : 'pretty',
    ...(defaultComponent === undefined ? {} : { defaultComponent }),
    ...(tracingEndpoint === undefined ? {} : { tracingEndpoint }),
  };
}

/** A flag comes in milliseconds, a variable as a Go duration. */
function readDuration(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : parseGoDuration(text);
}

function positive(parse: (text: string) => number | undefined): (text: string) => number | undefined {
  return (text) => {
    const value = parse(text);
    return value !== undefined && value > 0 ? value : undefined;
  };
}

type Listening = Pick<HostConfig, 'http' | 'grpc' | 'allowedHosts' | 'insecureFlags'> & {
  readonly tokens: readonly string[];
};

function readListening(given: GivenSettings, cwd: string): Listening {
  const host = readHost(given);
  const tokens = readTokens(given, cwd);
  const insecure = given.isOn('insecure-listen-without-token');
  const exposed = !isLoopback(host) && tokens.length === 0;
  if (exposed && !insecure) {
    const hint =
      'set --dapr-api-token-file or DAPR_API_TOKEN; or --insecure-listen-without-token where nobody else can reach it';
    given.report({ from: '--dapr-listen-addresses' }, `${host} is not loopback and no API token is set`, hint);
  }
  return {
    http: { host, port: readPort(given, 'dapr-http-port') ?? defaultHttpPort },
    grpc: { host, port: readPort(given, 'dapr-grpc-port') ?? defaultGrpcPort },
    tokens,
    allowedHosts: given.list('allowed-host', ','),
    insecureFlags: exposed && insecure ? ['insecure-listen-without-token'] : [],
  };
}

function readHost(given: GivenSettings): string {
  const name = 'dapr-listen-addresses';
  const [first, ...others] = given.list(name, ',');
  if (others.length > 0) {
    given.report({ from: given.get(name)?.from ?? name }, 'takes one address', '0.0.0.0 or :: listens on all');
  }
  return (first ?? '127.0.0.1').replace(/^\[(.*)\]$/, '$1');
}

function readPort(given: GivenSettings, name: 'dapr-http-port' | 'dapr-grpc-port'): number | undefined {
  const parse = (text: string): number | undefined =>
    /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
  return given.parsed(name, parse, 'a port from 0 to 65535');
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

interface Declared extends Pick<FileConfig, 'components' | 'plugins'> {
  readonly settings?: FileConfig['settings'];
  readonly findings: readonly Finding[];
  readonly secrets: readonly string[];
}

/** The YAML reader and the schema checker are loaded only when there are files to read. */
async function readDeclared(
  given: GivenSettings,
  { env, cwd, registry }: ConfigInput,
  identity: { readonly appId: string; readonly namespace: string },
): Promise<Declared> {
  const resources = given.list('resources-path', 'path');
  const configurations = given.list('config', 'path');
  if (resources.length + configurations.length === 0) return { components: [], plugins: [], findings: [], secrets: [] };
  const [{ readFiles }, { ReadContext }] = await Promise.all([
    import('./files/read-files.js'),
    import('./files/read-context.js'),
  ]);
  const podName = env['POD_NAME'] ?? hostname();
  const tags = { uuid: () => randomUUID(), podName, namespace: identity.namespace, appID: identity.appId };
  const context = new ReadContext({ env, cwd, types: registry, tags, identity });
  const declared = await readFiles({ resources, configurations }, context, registry);
  return { ...declared, findings: context.findings, secrets: context.secrets };
}

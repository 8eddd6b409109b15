import { catalog } from '../../components/catalog.js';
import type { ComponentSpec } from '../../core/index.js';
import { componentsOf, configWith } from '../../host/config/defaults.js';
import type { HostConfig } from '../../host/config/host-config.js';
import { readConfig } from '../../host/config/load-config.js';
import { startHost, type Address, type RunningHost } from '../../host/host.js';
import { createLogger } from '../../host/observability/logger.js';
import { ComponentRegistry } from '../../host/registry.js';
import { inProcess } from '../client/in-process.js';
import { WorkflowClient } from '../client/workflow-client.js';
import { LocalWorker, type LocalWorkerOptions } from '../worker/local-worker.js';

/** A door: `true` listens on loopback at Dapr's port (HTTP 3500, gRPC 50001); port 0 is any free one. */
export type DoorOption = boolean | { readonly host?: string; readonly port?: number };

export interface CreateHostOptions extends Pick<
  LocalWorkerOptions,
  'workflows' | 'activities' | 'unregistered' | 'sticky'
> {
  /** Component files: a folder, a file, or several; or components described in code. Default: the built-in engine alone. */
  readonly components?: string | readonly string[] | readonly ComponentSpec[];
  /** Off by default. */
  readonly http?: DoorOption;
  readonly grpc?: DoorOption;
  /** Whatever else differs from the defaults of a host; wins over files. The log level is `warn` unless given. */
  readonly config?: Partial<HostConfig>;
}

/** A host in this process. */
export interface EmbeddedHost {
  /** Of the default component. */
  readonly client: WorkflowClient;
  /** Where the doors listen; absent: off. */
  readonly http?: Address;
  readonly grpc?: Address;
  /** Client of another component, by its name. */
  clientOf(component: string): WorkflowClient;
  readonly service: RunningHost['service'];
  /** Lets what is under way end, then closes everything. Idempotent. */
  close(): Promise<void>;
}

/**
 * Starts a host with its workers in this process: an engine, and doors if asked for. Throws `ERR_CONFIG_INVALID` and the
 * errors of components that cannot be opened.
 *
 * @example
 * const host = await createHost({ workflows: [greet], activities: [hello] });
 * const run = await host.client.start(greet, 'Ann');
 */
export async function createHost(options: CreateHostOptions): Promise<EmbeddedHost> {
  const registry = new ComponentRegistry(catalog);
  const config = await configOf(options, registry);
  const logger = await createLogger({ level: config.logLevel, format: config.logFormat, secrets: config.secrets });
  const worker = new LocalWorker({ ...options, logger });
  try {
    const factories = await registry.factoriesFor(componentsOf(config));
    const host = await startHost(config, { factories, workers: [worker] });
    return embedded(host, worker);
  } catch (error) {
    worker.close();
    throw error;
  }
}

function embedded(host: RunningHost, worker: LocalWorker): EmbeddedHost {
  const { service, http, grpc } = host;
  return {
    client: new WorkflowClient(inProcess(service)),
    clientOf: (component) => new WorkflowClient(inProcess(service, component)),
    service,
    ...(http ? { http } : {}),
    ...(grpc ? { grpc } : {}),
    close: async () => {
      await host.close();
      worker.close();
    },
  };
}

async function configOf(options: CreateHostOptions, registry: ComponentRegistry): Promise<HostConfig> {
  const declared = await declaredBy(options.components, registry);
  const http = doorOf(options.http, 3500);
  const grpc = doorOf(options.grpc, 50_001);
  return configWith({
    logLevel: 'warn',
    ...declared,
    ...options.config,
    ...(http ? { http } : {}),
    ...(grpc ? { grpc } : {}),
  });
}

/** What component files say. They may refer to the environment; the doors of this host are the program's own matter. */
async function declaredBy(
  components: CreateHostOptions['components'],
  registry: ComponentRegistry,
): Promise<Partial<HostConfig>> {
  if (components === undefined) return {};
  const given = typeof components === 'string' ? [components] : components;
  const paths = given.filter((one) => typeof one === 'string');
  const specs = given.filter((one) => typeof one !== 'string');
  if (paths.length === 0) return { components: specs };
  const config = await readConfig({
    flags: { 'resources-path': paths },
    env: process.env,
    cwd: process.cwd(),
    registry,
  });
  const { http: _http, grpc: _grpc, logLevel: _level, logFormat: _format, ...declared } = config;
  return { ...declared, components: [...config.components, ...specs] };
}

function doorOf(option: DoorOption | undefined, port: number): Address | undefined {
  if (!option) return undefined;
  return { host: '127.0.0.1', port, ...(option === true ? {} : option) };
}

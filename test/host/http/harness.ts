import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import { WorkflowError } from '../../../core/index.js';
import type { ComponentFactory, WorkflowComponent } from '../../../core/index.js';
import { factory as template } from '../../../components/template/component.js';
import type { Door, DoorParts, HostMetadata, Readiness } from '../../../host/door.js';
import { startHttpDoor } from '../../../host/http/door.js';
import { WorkflowService, type ComponentDirectory } from '../../../host/service/workflow-service.js';
import { createWorkerPool } from '../../../host/workers/worker-pool.js';
import { countedIds, noMetrics, silentLogger, startEngine, type EngineHarness } from '../../support/engine-harness.js';
import { runWorkflow } from './workflows.js';

/** What came back, as it came. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface RequestOptions {
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A door on a free port, before the template component with scripted workflows. */
export interface TestDoor {
  readonly door: Door;
  readonly parts: DoorParts;
  readonly engine: EngineHarness;
  /** Sends the path as it is: no client cleans it. */
  call(method: string, path: string, options?: RequestOptions): Promise<Reply>;
  /** `call` with a JSON body, and the answer parsed. */
  json(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly body: Body }>;
  /** Starts an instance over the service, with anything a door would refuse, and lets it run as far as it can. */
  begin(instanceId: string, workflowName: string, input?: string, scheduledStartMs?: number): Promise<void>;
  close(): Promise<void>;
}

/** Parsed JSON whose shape a test asserts. */
export interface Body {
  readonly [name: string]: unknown;
}

export type DoorOptions = Partial<Omit<DoorParts, 'service' | 'readiness' | 'metadata'>> & {
  readonly readiness?: () => Readiness;
  readonly metadata?: Partial<HostMetadata>;
  /** The engine behind the door: the template unless a test says otherwise. */
  readonly factory?: ComponentFactory;
  readonly properties?: Readonly<Record<string, string>>;
  /** Wraps the default component, for a test that needs it to misbehave. */
  readonly wrap?: (component: WorkflowComponent) => WorkflowComponent;
};

export async function openDoor(options: DoorOptions = {}): Promise<TestDoor> {
  const { factory = template, properties = {}, wrap = (component) => component } = options;
  const engine = await startEngine(factory, { script: runWorkflow, properties });
  const { component } = engine;
  const whole = component.optional.purgeByFilter ? component : withPurgeByFilter(component);
  const directory = directoryOf({ main: wrap(whole), bare: component });
  const maxBodyBytes = options.maxBodyBytes ?? 4 * 1024 * 1024;
  const ids = countedIds();
  const parts: DoorParts = {
    service: new WorkflowService(directory, { ids, metrics: noMetrics, maxPayloadBytes: maxBodyBytes }),
    pool: createWorkerPool({ logger: silentLogger }),
    logger: silentLogger,
    metrics: noMetrics,
    clock: engine.clock,
    ids,
    host: '127.0.0.1',
    port: 0,
    apiTokens: [],
    allowedHosts: [],
    maxBodyBytes,
    readiness: () => ({ ready: true }),
    renderMetrics: async () => ({ contentType: 'text/plain; version=0.0.4', body: '# nothing yet\n' }),
    ...options,
    metadata: () => ({ ...plainMetadata, ...options.metadata }),
  };
  const door = await startHttpDoor(parts);
  const agent = new Agent({ keepAlive: false });
  const call = (method: string, path: string, how: RequestOptions = {}): Promise<Reply> =>
    send(door.port, agent, method, path, how);
  return {
    door,
    parts,
    engine,
    call,
    json: async (method, path, body) => {
      const { status, text } = await call(method, path, body === undefined ? {} : { body: JSON.stringify(body) });
      return { status, body: text === '' ? {} : (JSON.parse(text) as Body) };
    },
    begin: async (instanceId, workflowName, input, scheduledStartMs) => {
      await engine.component.start({
        instanceId,
        workflowName,
        ...(input === undefined ? {} : { input }),
        ...(scheduledStartMs === undefined ? {} : { scheduledStartMs }),
      });
      await engine.settle();
    },
    close: async () => {
      agent.destroy();
      await door.close();
      await engine.close();
    },
  };
}

const plainMetadata: HostMetadata = {
  appId: 'shop',
  namespace: 'default',
  version: '9.9.9',
  connectedWorkers: 2,
  components: [{ name: 'main', type: 'workflow.template', version: 'v1' }],
  insecureFlags: [],
  extended: {},
};

/** The template lacks the operation; this adds it from the ones it has, so that every route has something behind it. */
function withPurgeByFilter(component: WorkflowComponent): WorkflowComponent {
  const { manifest, optional } = component;
  return {
    ...component,
    manifest: { ...manifest, capabilities: { ...manifest.capabilities, purgeByFilter: true } },
    optional: {
      ...optional,
      purgeByFilter: async ({ recursive, completedBeforeMs, ...filter }) => {
        const page = await optional.list?.({ ...filter, pageSize: 1024 });
        const ended = (page?.instances ?? []).filter(
          ({ completedAtMs }) => completedAtMs !== undefined && completedAtMs < (completedBeforeMs ?? Infinity),
        );
        for (const { instanceId } of ended) await component.purge({ instanceId, recursive, force: false });
        return { deletedCount: ended.length };
      },
    },
  };
}

function directoryOf(components: Readonly<Record<'main' | 'bare', WorkflowComponent>>): ComponentDirectory {
  return {
    resolve: (name = 'main') => {
      const known = name === '' || name === 'dapr' ? 'main' : name;
      if (known === 'main' || known === 'bare') return { name: known, component: components[known] };
      throw new WorkflowError('ERR_COMPONENT_NOT_FOUND', { component: name });
    },
    list: () =>
      Object.entries(components).map(([name, { manifest }]) => ({
        name,
        manifest,
        isDefault: name === 'main',
        ready: true,
      })),
  };
}

function send(
  port: number,
  agent: Agent,
  method: string,
  path: string,
  { body, headers }: RequestOptions,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, agent, method, path, headers: { ...lengthOf(body), ...headers } },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Node's client gives a body without a length to the methods that usually have none. */
function lengthOf(body: string | Buffer | undefined): Record<string, string> {
  return body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
}

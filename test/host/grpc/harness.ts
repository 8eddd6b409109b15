import net from 'node:net';
import {
  Client,
  Metadata,
  credentials,
  type ClientReadableStream,
  type ClientUnaryCall,
  type ServiceError,
  type StatusObject,
} from '@grpc/grpc-js';
import {
  create,
  fromBinary,
  toBinary,
  type DescMessage,
  type DescMethod,
  type MessageInitShape,
  type MessageShape,
} from '@bufbuild/protobuf';
import { factory as template } from '../../../components/template/component.js';
import { componentSpec } from '../../../host/config/defaults.js';
import type { Door, DoorParts, HostMetadata } from '../../../host/door.js';
import { startGrpcDoor } from '../../../host/grpc/door.js';
import { systemClock } from '../../../host/observability/clock.js';
import { randomIds } from '../../../host/observability/ids.js';
import { WorkflowService, type ComponentDirectory } from '../../../host/service/workflow-service.js';
import { createWorkerPool } from '../../../host/workers/worker-pool.js';
import { WorkflowError, type Metrics, type WorkflowComponent } from '../../../core/index.js';
import { historyCodec } from '../../../proto/history-codec.js';
import { noMetrics, silentLogger } from '../../support/engine-harness.js';

/** How a unary call ended: a message, or a status. */
export type Outcome<O extends DescMessage> =
  { readonly code: 0; readonly message: MessageShape<O> } | { readonly code: number; readonly details: string };

/** A gRPC door on a free port before in-memory components `main` (the default) and `other`. */
export interface TestDoor {
  readonly door: Door;
  readonly parts: DoorParts;
  readonly main: WorkflowComponent;
  readonly other: WorkflowComponent;
  /** How often each counter was counted, labels and all. */
  readonly counted: ReadonlyMap<string, number>;
  /** Calls of the components' `wait` that have not settled. */
  parkedWaits(): number;
  /** On a connection of its own; `port`: by way of a wire. */
  client(port?: number, userAgent?: string): TestClient;
  close(): Promise<void>;
}

export type DoorOptions = Partial<
  Pick<DoorParts, 'apiTokens' | 'maxBodyBytes' | 'readiness' | 'clock' | 'host' | 'logger'>
>;

export async function openDoor(options: DoorOptions = {}): Promise<TestDoor> {
  const clock = options.clock ?? systemClock;
  const ids = randomIds();
  const pool = createWorkerPool({ logger: silentLogger });
  const { metrics, counted } = countingMetrics();
  const maxBodyBytes = options.maxBodyBytes ?? 4 * 1024 * 1024;
  const build = (name: string): WorkflowComponent =>
    template.create(componentSpec({ name, type: template.type }), {
      name,
      appId: 'test',
      logger: silentLogger,
      metrics,
      clock,
      ids,
      codec: historyCodec,
      workers: pool.port(name),
      retention: {},
      concurrency: { byWorkflow: new Map(), byActivity: new Map() },
      maxPayloadBytes: maxBodyBytes,
      dataDir: '',
    });
  const waits = new WaitCount();
  const components = { main: waits.watch(build('main')), other: waits.watch(build('other')) };
  const parts: DoorParts = {
    service: new WorkflowService(directoryOf(components), { ids, metrics, maxPayloadBytes: maxBodyBytes }),
    pool,
    logger: silentLogger,
    metrics,
    clock,
    ids,
    host: '127.0.0.1',
    port: 0,
    apiTokens: [],
    allowedHosts: [],
    maxBodyBytes,
    readiness: () => ({ ready: true }),
    renderMetrics: async () => ({ contentType: 'text/plain', body: '' }),
    metadata: () => ({ ...metadata, connectedWorkers: pool.connectedWorkers }),
    ...options,
  };
  for (const component of Object.values(components)) await component.init(new AbortController().signal);
  const door = await startGrpcDoor(parts);
  const clients: TestClient[] = [];
  return {
    door,
    parts,
    ...components,
    counted,
    parkedWaits: () => waits.parked,
    client: (port = door.port, userAgent) => {
      const client = new TestClient(port, userAgent);
      clients.push(client);
      return client;
    },
    close: async () => {
      for (const client of clients) client.close();
      await door.close();
      for (const component of Object.values(components)) await component.close();
    },
  };
}

class WaitCount {
  parked = 0;

  watch(component: WorkflowComponent): WorkflowComponent {
    const { optional } = component;
    const wait: NonNullable<typeof optional.wait> = async (request, signal) => {
      this.parked += 1;
      try {
        if (!optional.wait) throw new Error('the component has no wait');
        return await optional.wait(request, signal);
      } finally {
        this.parked -= 1;
      }
    };
    return { ...component, optional: { ...optional, wait } };
  }
}

const metadata: HostMetadata = {
  appId: 'shop',
  namespace: 'default',
  version: '9.9.9',
  connectedWorkers: 0,
  components: [{ name: 'main', type: 'workflow.template', version: 'v1' }],
  insecureFlags: [],
  extended: { site: 'lab' },
};

function directoryOf(components: Readonly<Record<string, WorkflowComponent>>): ComponentDirectory {
  return {
    resolve: (asked) => {
      const name = asked === undefined || asked === '' || asked === 'dapr' ? 'main' : asked;
      const component = components[name];
      if (!component) throw new WorkflowError('ERR_COMPONENT_NOT_FOUND', { component: name, hint: '' });
      return { name, component };
    },
    list: () =>
      Object.entries(components).map(([name, { manifest }]) => ({
        name,
        isDefault: name === 'main',
        manifest,
        ready: true,
      })),
  };
}

function countingMetrics(): { metrics: Metrics; counted: ReadonlyMap<string, number> } {
  const counted = new Map<string, number>();
  const count = (name: string, labels: Readonly<Record<string, string>> = {}, by = 1): void => {
    const key = [name, ...Object.values(labels)].join(' ');
    counted.set(key, (counted.get(key) ?? 0) + by);
  };
  return { metrics: { ...noMetrics, count }, counted };
}

/** A wire that a test can cut, or let go dead without either end being told. */
export class CutWire {
  readonly #pairs = new Set<readonly [net.Socket, net.Socket]>();
  readonly #server: net.Server;

  private constructor(toPort: number) {
    this.#server = net.createServer((near) => {
      const far = net.connect(toPort, '127.0.0.1');
      const pair = [near, far] as const;
      this.#pairs.add(pair);
      for (const socket of pair) socket.on('error', () => undefined);
      near.pipe(far);
      far.pipe(near);
      near.once('close', () => {
        far.destroy();
        this.#pairs.delete(pair);
      });
    });
  }

  static async open(toPort: number): Promise<CutWire> {
    const wire = new CutWire(toPort);
    await new Promise<void>((resolve) => wire.#server.listen(0, '127.0.0.1', resolve));
    return wire;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  /** Resets all connections, at both ends. */
  cut(): void {
    for (const [near, far] of this.#pairs) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  }

  /** Nothing goes through any more; both ends believe in the connection. */
  freeze(): void {
    for (const [near, far] of this.#pairs) {
      near.unpipe(far);
      far.unpipe(near);
      near.pause();
      far.pause();
    }
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A plain gRPC client: bytes on the wire, messages by their schema. */
export class TestClient {
  readonly raw: Client;

  /** `userAgent`: what it calls itself, before the name of the gRPC library. */
  constructor(port: number, userAgent?: string) {
    const channel = { 'grpc.max_send_message_length': -1, 'grpc.max_receive_message_length': -1 };
    // A channel of its own: connections are what some tests are about.
    this.raw = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
      ...channel,
      ...(userAgent === undefined ? {} : { 'grpc.primary_user_agent': userAgent }),
      'grpc.use_local_subchannel_pool': 1,
    });
  }

  /** Calls and tells how it ended; never rejects. */
  async call<I extends DescMessage, O extends DescMessage>(
    method: DescMethod & { readonly input: I; readonly output: O },
    request: MessageInitShape<I>,
    options: CallOptions = {},
  ): Promise<Outcome<O>> {
    const bytes = Buffer.from(toBinary(method.input, create(method.input, request)));
    const { response } = this.send(`/${method.parent.typeName}/${method.name}`, bytes, options);
    const ended = await response;
    if (!Buffer.isBuffer(ended)) return { code: ended.code, details: ended.details };
    return { code: 0, message: fromBinary(method.output, ended) };
  }

  /** Bytes as they are. */
  send(
    path: string,
    bytes: Buffer,
    { metadata: pairs = {}, deadlineMs = 20_000 }: CallOptions = {},
  ): { readonly call: ClientUnaryCall; readonly response: Promise<Buffer | ServiceError> } {
    let answer: (ended: Buffer | ServiceError) => void = () => undefined;
    const response = new Promise<Buffer | ServiceError>((resolve) => (answer = resolve));
    const call = this.raw.makeUnaryRequest<Buffer, Buffer>(
      path,
      asIs,
      asIs,
      bytes,
      metadataOf(pairs),
      { deadline: Date.now() + deadlineMs },
      (error, message) => answer(error ?? message ?? Buffer.alloc(0)),
    );
    return { call, response };
  }

  stream(path: string, bytes: Buffer, pairs: Readonly<Record<string, string>> = {}): ClientReadableStream<Buffer> {
    return this.raw.makeServerStreamRequest<Buffer, Buffer>(path, asIs, asIs, bytes, metadataOf(pairs));
  }

  close(): void {
    this.raw.close();
  }
}

export interface CallOptions {
  readonly metadata?: Readonly<Record<string, string>>;
  readonly deadlineMs?: number;
}

/** The status a stream ends with. */
export function statusOfStream(stream: ClientReadableStream<Buffer>): Promise<StatusObject> {
  stream.on('error', () => undefined);
  stream.resume();
  return new Promise((resolve) => stream.once('status', resolve));
}

/** Waits for a condition, and fails with what it last saw. */
export async function until<T>(what: string, look: () => T | Promise<T>, holds: (seen: T) => boolean): Promise<T> {
  const endsAt = Date.now() + 15_000;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > endsAt) throw new Error(`${what}: last seen ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function asIs(bytes: Buffer): Buffer {
  return bytes;
}

function metadataOf(pairs: Readonly<Record<string, string>>): Metadata {
  const result = new Metadata();
  for (const [key, value] of Object.entries(pairs)) result.add(key, value);
  return result;
}

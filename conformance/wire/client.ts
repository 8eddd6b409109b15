import { fileURLToPath } from 'node:url';
import { Metadata, credentials, loadPackageDefinition, status, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { DoorRefusal } from '../door.js';

/**
 * The wire as the .proto files say it, read at run time: a reading of its own, that shares no code with the host it
 * tests. Messages are plain objects; absent fields are absent.
 */
export type Message = { readonly [field: string]: unknown };

export interface WireCallOptions {
  readonly signal?: AbortSignal;
}

/** A gRPC service by the names of its methods. */
export interface WireClient {
  call(method: string, request: Message, options?: WireCallOptions): Promise<Message>;
  /** A server stream; `end` is told once, however it ends. */
  stream(
    method: string,
    request: Message,
    onMessage: (message: Message) => void,
    end: (reason: string) => void,
  ): () => void;
  close(): void;
}

export interface WireOptions {
  /** `host:port`. */
  readonly address: string;
  readonly apiToken?: string;
  /** Metadata `workflow-component`: which component TaskHub calls go to. */
  readonly component?: string;
}

const maxMessageBytes = 64 * 1024 * 1024;

const protoFile = (name: string): string => fileURLToPath(new URL(`../../proto/${name}`, import.meta.url));

export function taskHubWire(options: WireOptions): WireClient {
  return connect('taskhub.proto', ['TaskHubSidecarService'], options);
}

export function daprWire(options: WireOptions): WireClient {
  return connect('dapr.proto', ['dapr', 'proto', 'runtime', 'v1', 'Dapr'], options);
}

/** What grpc-js makes of a service it learns at run time. */
type Callback = (error: ServiceError | null, answer?: Message) => void;
interface DynamicClient {
  [method: string]: (request: Message, metadata: Metadata, callback?: Callback) => DynamicCall;
}
interface DynamicCall {
  cancel(): void;
  on(event: string, listener: (value: never) => void): void;
}

function connect(file: string, path: readonly string[], options: WireOptions): WireClient {
  const definition = loadSync(protoFile(file), { longs: Number, enums: String, oneofs: true, defaults: false });
  const Service = path.reduce<unknown>(
    (node, name) => (node as Record<string, unknown>)[name],
    loadPackageDefinition(definition),
  ) as new (address: string, creds: unknown, channel: object) => DynamicClient & { close(): void };
  const client = new Service(options.address, credentials.createInsecure(), {
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.max_send_message_length': maxMessageBytes,
    // Every wire is a connection of its own: a worker's stream must not share one with cancelled waits.
    'grpc.use_local_subchannel_pool': 1,
  });
  const metadata = (): Metadata => {
    const given = new Metadata();
    if (options.apiToken !== undefined) given.set('dapr-api-token', options.apiToken);
    if (options.component !== undefined) given.set('workflow-component', options.component);
    return given;
  };
  return {
    call: (method, request, { signal } = {}) =>
      new Promise((resolve, reject) => {
        const call = invoke(client, method)(request, metadata(), (error, answer) => {
          signal?.removeEventListener('abort', cancel);
          if (error) reject(new DoorRefusal(status[error.code] ?? String(error.code), error.details));
          else resolve(answer ?? {});
        });
        const cancel = (): void => call.cancel();
        signal?.addEventListener('abort', cancel, { once: true });
      }),
    stream: (method, request, onMessage, end) => {
      const call = invoke(client, method)(request, metadata());
      let ended = false;
      const once = (reason: string): void => {
        if (!ended) end(reason);
        ended = true;
      };
      call.on('data', (message: never) => onMessage(message));
      call.on('error', (error: never) => once((error as ServiceError).message));
      call.on('end', () => once('ended'));
      return () => call.cancel();
    },
    close: () => client.close(),
  };
}

function invoke(client: DynamicClient, method: string): DynamicClient[string] {
  const found = client[method];
  if (!found) throw new Error(`the service has no method ${method}`);
  return found.bind(client);
}

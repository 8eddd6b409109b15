import type {
  Metadata,
  MethodDefinition,
  Server,
  ServerDuplexStream,
  ServerUnaryCall,
  ServerWritableStream,
  UntypedServiceImplementation,
  sendUnaryData,
} from '@grpc/grpc-js';
import { WorkflowError, type Logger } from '../../core/index.js';
import type { Connections } from './connections.js';
import { CallFailure, statusOf } from './status.js';

/** Bytes in, bytes out: messages are read and written by `proto`, gRPC only carries them. */
type Bytes = Buffer;

/** What a handler may know of its call. */
export interface CallContext {
  readonly metadata: Metadata;
  /** `address:port` of the connection the call came on. */
  readonly peer: string;
  /** Aborts when the caller is gone, its deadline has passed or its connection has ended. For calls that park. */
  readonly signal: AbortSignal;
}

export interface UnaryMethod {
  readonly kind: 'unary';
  readonly path: string;
  /** Still answered while the host drains: what ends work, not what begins it. */
  readonly whileDraining?: boolean;
  /** Hot methods answer without a promise. */
  handle(request: Bytes, call: CallContext): Uint8Array | Promise<Uint8Array>;
}

export interface StreamMethod {
  readonly kind: 'serverStream';
  readonly path: string;
  handle(call: ServerWritableStream<Bytes, Uint8Array>): void;
}

export interface DuplexMethod {
  readonly kind: 'duplex';
  readonly path: string;
  handle(call: ServerDuplexStream<Bytes, Uint8Array>): void;
}

export type Method = UnaryMethod | StreamMethod | DuplexMethod;

export interface MethodHost {
  readonly connections: Connections;
  readonly logger: Logger;
  draining(): boolean;
}

/** The component a call asks for by metadata; absent: the default one. */
export function componentOf(metadata: Metadata): string | undefined {
  const [name] = metadata.get('workflow-component');
  return name === undefined ? undefined : name.toString();
}

/** Serves the methods under their own paths. */
export function addMethods(server: Server, methods: readonly Method[], host: MethodHost): void {
  const definition: Record<string, MethodDefinition<Uint8Array, Uint8Array>> = {};
  const implementation: UntypedServiceImplementation = {};
  for (const method of methods) {
    definition[method.path] = {
      path: method.path,
      requestStream: method.kind === 'duplex',
      responseStream: method.kind !== 'unary',
      requestSerialize: asBuffer,
      requestDeserialize: asIs,
      responseSerialize: asBuffer,
      responseDeserialize: asIs,
    };
    implementation[method.path] = method.kind === 'unary' ? unaryHandler(method, host) : method.handle;
  }
  server.addService(definition, implementation);
}

type UnaryHandler = (call: ServerUnaryCall<Bytes, Uint8Array>, reply: sendUnaryData<Uint8Array>) => void;

function unaryHandler(method: UnaryMethod, host: MethodHost): UnaryHandler {
  return (call, reply) => {
    const context = new UnaryContext(call, host.connections);
    const answer = (bytes: Uint8Array): void => {
      context.release();
      reply(null, bytes);
    };
    const fail = (error: unknown): void => {
      context.release();
      logFault(host.logger, method.path, error);
      reply(statusOf(releasedByHost(call, error) ? new WorkflowError('ERR_SHUTTING_DOWN') : error));
    };
    try {
      if (host.draining() && !method.whileDraining) throw new WorkflowError('ERR_SHUTTING_DOWN');
      const result = method.handle(call.request, context);
      if (result instanceof Promise) void result.then(answer, fail);
      else answer(result);
    } catch (error) {
      fail(error);
    }
  };
}

/** A parked call that the host let go, not its caller. */
function releasedByHost(call: ServerUnaryCall<Bytes, Uint8Array>, error: unknown): boolean {
  return !call.cancelled && error instanceof WorkflowError && error.code === 'ERR_CANCELLED';
}

/** Most calls never park: the signal is made when it is first asked for. */
class UnaryContext implements CallContext {
  readonly metadata: Metadata;
  readonly #call: ServerUnaryCall<Bytes, Uint8Array>;
  readonly #connections: Connections;
  #controller: AbortController | undefined;
  #untie: (() => void) | undefined;

  constructor(call: ServerUnaryCall<Bytes, Uint8Array>, connections: Connections) {
    this.metadata = call.metadata;
    this.#call = call;
    this.#connections = connections;
  }

  get peer(): string {
    return this.#call.getPeer();
  }

  get signal(): AbortSignal {
    if (this.#controller) return this.#controller.signal;
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    this.#controller = controller;
    this.#call.once('cancelled', abort);
    const untie = this.#connections.tie(this.peer, abort);
    // gRPC calls every call cancelled once its stream closes, answered or not: who was answered is not told.
    this.#untie = () => {
      untie?.();
      this.#call.off('cancelled', abort);
    };
    if (!untie || this.#call.cancelled) abort();
    return controller.signal;
  }

  release(): void {
    this.#untie?.();
  }
}

function logFault(logger: Logger, path: string, error: unknown): void {
  const cause = error instanceof CallFailure ? error.cause : error;
  const known = WorkflowError.from(cause);
  if (known.row.category === 'internal') logger.error({ method: path, err: cause, code: known.code }, known.message);
}

function asIs(bytes: Bytes): Bytes {
  return bytes;
}

function asBuffer(bytes: Uint8Array): Bytes {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

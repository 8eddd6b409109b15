import net from 'node:net';
import { Server, ServerCredentials, type ServerOptions } from '@grpc/grpc-js';
import { WorkflowError } from '../../core/index.js';
import { Dapr } from '../../proto/gen/dapr_pb.js';
import { Health } from '../../proto/gen/health_pb.js';
import { TaskHubSidecarService } from '../../proto/gen/taskhub_pb.js';
import { within } from '../deadline.js';
import type { DoorParts, StartDoor } from '../door.js';
import { requireApiToken } from './api-token.js';
import { Connections } from './connections.js';
import { daprMethods } from './dapr-service.js';
import { healthMethods } from './health.js';
import { reflectionMethods } from './reflection.js';
import { addMethods } from './rpc.js';
import { taskHubMethods } from './taskhub-service.js';
import { WorkItemDoor } from './work-items/work-item-door.js';

/** A far end that does not answer a ping is gone: what it holds is free again within 15 s. */
const pingEveryMs = 10_000;
const pingTimeoutMs = 4_500;

/** Parked calls and streams count: an app with thousands of waits on one connection is served. */
const maxStreamsPerConnection = 20_000;

/** How long statuses on their way out may take once the door closes. */
const closeGraceMs = 1_000;

/**
 * The gRPC door: Dapr's management API, TaskHub for workers and clients, health and reflection on one port. Rejects with
 * `ERR_CONFIG_INVALID` when the address cannot be bound.
 */
export const startGrpcDoor: StartDoor = async (parts) => {
  const connections = new Connections((peer) => workItems.connectionEnded(peer));
  const workItems = new WorkItemDoor(parts, connections);
  const server = new Server(serverOptions(parts));
  const described = [TaskHubSidecarService, Dapr, Health];
  let draining = false;
  const methods = [
    ...taskHubMethods({ ...parts, leaseOf: (peer, instanceId) => workItems.componentOfTurn(peer, instanceId) }),
    ...workItems.methods(),
    ...daprMethods(parts.service, () => parts.metadata()),
    ...healthMethods({ ...parts, services: described.map((service) => service.typeName) }),
    ...reflectionMethods(described),
  ];
  addMethods(server, methods, { connections, logger: parts.logger, draining: () => draining });

  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const listener = net.createServer((socket) => {
    if (connections.accept(socket)) injector.injectConnection(socket);
  });
  await listen(listener, parts);

  const drain = (): void => {
    draining = true;
    workItems.drain();
  };
  const shutDown = async (): Promise<void> => {
    drain();
    const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
    workItems.close();
    connections.release();
    // A connection that closes by itself has sent what was on its way out.
    const sent = Promise.all([flushed(server), connections.closed()]);
    await within(sent, closeGraceMs, () => undefined);
    server.forceShutdown();
    connections.destroy();
    await closed;
  };
  let closing: Promise<void> | undefined;
  return { ...addressOf(listener), drain, close: () => (closing ??= shutDown()) };
};

function serverOptions({ apiTokens, maxBodyBytes }: DoorParts): ServerOptions {
  const isOpen = (path: string): boolean => path.startsWith(`/${Health.typeName}/`);
  return {
    'grpc.max_receive_message_length': maxBodyBytes,
    // An answer may hold an input and an output, each as large as a message may be: what is too much is the receiver's to say.
    'grpc.max_send_message_length': -1,
    'grpc.max_concurrent_streams': maxStreamsPerConnection,
    'grpc.keepalive_time_ms': pingEveryMs,
    'grpc.keepalive_timeout_ms': pingTimeoutMs,
    'grpc.enable_channelz': 0,
    interceptors: apiTokens.length > 0 ? [requireApiToken(apiTokens, isOpen)] : [],
  };
}

/** Resolves once every call is answered and every connection has closed by itself. */
function flushed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // The statuses of ended streams leave in the next turn of the event loop; a connection told to close before may
    // take them along.
    setImmediate(() => server.tryShutdown(() => resolve()));
  });
}

function listen(listener: net.Server, { host, port }: DoorParts): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: Error): void =>
      reject(
        new WorkflowError(
          'ERR_CONFIG_INVALID',
          { reason: `gRPC cannot listen on ${host}:${port}: ${error.message}` },
          { cause: error },
        ),
      );
    listener.once('error', refuse);
    listener.listen(port, host, () => {
      listener.off('error', refuse);
      resolve();
    });
  });
}

function addressOf(listener: net.Server): { readonly host: string; readonly port: number } {
  const bound = listener.address();
  if (bound === null || typeof bound === 'string') throw new Error('the gRPC door is not bound to a TCP port');
  return { host: bound.address, port: bound.port };
}

import { create, toBinary } from '@bufbuild/protobuf';
import type { ServerWritableStream } from '@grpc/grpc-js';
import { readMessage } from '../../proto/convert/message.js';
import {
  Health,
  HealthCheckRequestSchema,
  HealthCheckResponseSchema,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from '../../proto/gen/health_pb.js';
import type { DoorParts } from '../door.js';
import type { Method } from './rpc.js';
import { CallFailure, statusOf } from './status.js';

/** Readiness has no events of its own; a watcher sees a change this much later at the most. */
const watchEveryMs = 1_000;

/** What the service needs of the door. */
export type HealthParts = Pick<DoorParts, 'readiness' | 'clock'> & { readonly services: readonly string[] };

/** The standard health service: SERVING while the host is ready. The empty name asks about the whole server. */
export function healthMethods(parts: HealthParts): readonly Method[] {
  const statusNow = (): ServingStatus => (parts.readiness().ready ? ServingStatus.SERVING : ServingStatus.NOT_SERVING);
  const isKnown = (service: string): boolean => service === '' || parts.services.includes(service);
  return [
    {
      kind: 'unary',
      path: `/${Health.typeName}/Check`,
      whileDraining: true,
      handle: (bytes) => {
        const { service } = readMessage(HealthCheckRequestSchema, bytes);
        if (!isKnown(service)) throw new CallFailure('NOT_FOUND', `unknown service "${service}"`);
        return encode(statusNow());
      },
    },
    {
      kind: 'serverStream',
      path: `/${Health.typeName}/Watch`,
      handle: (call) => {
        try {
          const { service } = readMessage(HealthCheckRequestSchema, call.request);
          sendChanges(call, parts, () => (isKnown(service) ? statusNow() : ServingStatus.SERVICE_UNKNOWN));
        } catch (error) {
          call.emit('error', statusOf(error));
        }
      },
    },
  ];
}

function encode(status: ServingStatus): Uint8Array {
  return toBinary(HealthCheckResponseSchema, create(HealthCheckResponseSchema, { status }));
}

function sendChanges(
  call: ServerWritableStream<Buffer, Uint8Array>,
  { clock }: HealthParts,
  statusNow: () => ServingStatus,
): void {
  let last: ServingStatus | undefined;
  let cancel = (): void => undefined;
  const look = (): void => {
    const now = statusNow();
    if (now !== last) call.write(encode(now));
    last = now;
    cancel = clock.at(clock.now() + watchEveryMs, look);
  };
  look();
  call.once('cancelled', () => cancel());
  call.once('close', () => cancel());
}

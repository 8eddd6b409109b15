import { WorkflowError } from '../../core/errors.js';
import type { RuntimeStatus } from '../../core/instance.js';
import { OrchestrationStatus } from '../gen/taskhub_pb.js';

const numbers = {
  RUNNING: OrchestrationStatus.RUNNING,
  COMPLETED: OrchestrationStatus.COMPLETED,
  FAILED: OrchestrationStatus.FAILED,
  CANCELED: OrchestrationStatus.CANCELED,
  TERMINATED: OrchestrationStatus.TERMINATED,
  PENDING: OrchestrationStatus.PENDING,
  SUSPENDED: OrchestrationStatus.SUSPENDED,
  STALLED: OrchestrationStatus.STALLED,
} as const satisfies Record<RuntimeStatus, OrchestrationStatus>;

/** No instance rests in CONTINUED_AS_NEW: a filter that asks for it finds nothing. */
const names = {
  [OrchestrationStatus.RUNNING]: 'RUNNING',
  [OrchestrationStatus.COMPLETED]: 'COMPLETED',
  [OrchestrationStatus.CONTINUED_AS_NEW]: undefined,
  [OrchestrationStatus.FAILED]: 'FAILED',
  [OrchestrationStatus.CANCELED]: 'CANCELED',
  [OrchestrationStatus.TERMINATED]: 'TERMINATED',
  [OrchestrationStatus.PENDING]: 'PENDING',
  [OrchestrationStatus.SUSPENDED]: 'SUSPENDED',
  [OrchestrationStatus.STALLED]: 'STALLED',
} as const satisfies Record<OrchestrationStatus, RuntimeStatus | undefined>;

/** How TaskHub numbers a status. */
export function wireStatus(status: RuntimeStatus): OrchestrationStatus {
  return numbers[status];
}

/** The statuses a filter names; absent when it names none. Throws `ERR_REQUEST_MALFORMED` for a number without a name. */
export function statusesOf(wire: readonly OrchestrationStatus[]): RuntimeStatus[] | undefined {
  if (wire.length === 0) return undefined;
  const statuses: RuntimeStatus[] = [];
  for (const number of wire) {
    // Enums are open on the wire: a number outside the type does arrive.
    if (!(number in names)) throw new WorkflowError('ERR_REQUEST_MALFORMED', { reason: `no such status: ${number}` });
    const status = names[number];
    if (status) statuses.push(status);
  }
  return statuses;
}

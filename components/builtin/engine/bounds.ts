import { WorkflowError } from '../../../core/index.js';
import { stall, type Committable } from '../../../core/orchestration/index.js';
import type { Instance } from './instance.js';

/** An instance that outgrows these would slow down every later step of its own and fill the disk: it stalls, alone. */
export const maxHistoryEvents = 50_000;
export const maxHistoryBytes = 50 * 1024 * 1024;

/** Raised events that no turn has taken: beyond this a sender is told to slow down. */
export const maxInboxEvents = 10_000;
export const maxInboxBytes = 8 * 1024 * 1024;

/** The decision, or a stall in its place when history would grow beyond its bounds. An end is always recorded. */
export function withinBounds(instance: Instance, decision: Committable, nowMs: number): Committable {
  if (decision.kind !== 'advance' || decision.append.at(-1)?.kind === 'executionCompleted') return decision;
  const eventCount = instance.history.length + decision.append.length;
  if (eventCount <= maxHistoryEvents && instance.historyBytes <= maxHistoryBytes) return decision;
  instance.full = true;
  const description = `history would exceed ${maxHistoryEvents} events or ${maxHistoryBytes} bytes; continue as new before that`;
  return stall(instance.state, 'PAYLOAD_SIZE_EXCEEDED', description, nowMs);
}

/** A turn would only end in the same stall again. What ends the instance is taken all the same. */
export function isHalted(instance: Instance): boolean {
  const { state, inbox, full, retrying } = instance;
  const halted = full || (state.stalled?.reason === 'POISONED' && !retrying);
  return halted && !inbox.some(({ event }) => event.kind === 'executionTerminated');
}

export function hasInboxRoom({ raisedCount, raisedBytes }: Instance): boolean {
  return raisedCount < maxInboxEvents && raisedBytes < maxInboxBytes;
}

/** Throws `ERR_INBOX_FULL`. */
export function assertInboxRoom(instance: Instance): void {
  if (hasInboxRoom(instance)) return;
  const { instanceId, raisedCount: count, raisedBytes: bytes } = instance;
  const limit = `${maxInboxEvents} events or ${maxInboxBytes} bytes`;
  throw new WorkflowError('ERR_INBOX_FULL', { instanceId, count, bytes, limit });
}

import type { Fact, HistoryCodec, HistoryEvent, InboxEvent } from '../../../core/orchestration/index.js';
import { WorkflowError } from '../../../core/index.js';
import { ByteReader, ByteWriter } from '../store/bytes.js';

/** A fact as bytes: generation and stamp in front of its event. */
export function encodeFact(codec: HistoryCodec, fact: Fact): Uint8Array {
  const event = codec.encode(fact.event);
  const writer = new ByteWriter(event.length + 16);
  writer.signed(fact.generation);
  writer.signed(fact.stamp);
  writer.bytes(event);
  return writer.take();
}

/** Throws `ERR_HISTORY_CORRUPT`. */
export function decodeFact(codec: HistoryCodec, bytes: Uint8Array): Fact {
  const reader = new ByteReader(bytes);
  const generation = reader.signed();
  const stamp = reader.signed();
  const event = codec.decode(reader.bytes());
  if (!isInboxEvent(event)) throw new WorkflowError('ERR_HISTORY_CORRUPT', { reason: `${event.kind} in an inbox` });
  return { event, generation, stamp };
}

const inboxKinds: Readonly<Record<InboxEvent['kind'], true>> = {
  executionStarted: true,
  taskCompleted: true,
  taskFailed: true,
  childWorkflowCompleted: true,
  childWorkflowFailed: true,
  timerFired: true,
  eventRaised: true,
  executionSuspended: true,
  executionResumed: true,
  executionTerminated: true,
};

function isInboxEvent(event: HistoryEvent): event is InboxEvent {
  return event.kind in inboxKinds;
}

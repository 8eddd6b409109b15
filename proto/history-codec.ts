import { WorkflowError } from '../core/errors.js';
import type { HistoryCodec, HistoryEvent } from '../core/orchestration/history-event.js';
import { readEvent } from './history/read-event.js';
import { writeEvent } from './history/write-event.js';
import { Reader } from './wire/reader.js';
import { encodeWith, type Writer } from './wire/writer.js';

/**
 * History events as the wire will carry them: one `HistoryEvent` message per event, Dapr's numbers, and the fields that
 * are ours from 1000 on. `decode(encode(event))` equals the event, as long as members that say nothing are absent
 * instead of empty (`taskExecutionId: ''`, `tags: {}`, `patches: []`, `inline: false`, `subNanos: 0`). Chains of causes are kept to
 * a depth of 50. Written by hand because histories are read and written far more often than anything else.
 */
export const historyCodec: HistoryCodec = {
  encode: (event) => encodeWith(writeStored, event),
  decode(bytes) {
    const event = read(bytes);
    if (event.kind !== 'unknown') return event;
    const reason = event.field === 0 ? 'an event without a kind' : `an event of the unknown kind ${event.field}`;
    throw new WorkflowError('ERR_HISTORY_CORRUPT', { reason });
  },
};

function writeStored(writer: Writer, event: HistoryEvent): void {
  writeEvent(writer, event, 'dapr');
}

function read(bytes: Uint8Array): ReturnType<typeof readEvent> {
  try {
    const reader = new Reader(bytes);
    return readEvent(reader, reader.end);
  } catch (error) {
    throw WorkflowError.from(error, 'ERR_HISTORY_CORRUPT');
  }
}

import { WorkflowError } from '../../core/errors.js';
import type { HistoryEvent } from '../../core/orchestration/history-event.js';
import { readNestedEvent } from '../history/read-event.js';
import { Reader } from '../wire/reader.js';
import { WireError } from '../wire/wire-types.js';
import { encodeWith, type Writer } from '../wire/writer.js';

/** The other calls of our own remote worker: opening the stream, and reading a history. */

/** A `GetWorkItemsRequest` that advertises kept history (the worker may be sent only what is new). */
export function encodeGetWorkItems(): Uint8Array {
  return encodeWith(writeGetWorkItems, undefined);
}

const capabilitiesField = 4;
const statefulHistory = 2;

function writeGetWorkItems(writer: Writer): void {
  // Readers take a list of numbers packed or, as here, one by one.
  writer.int32(capabilitiesField, statefulHistory);
}

/** A `GetInstanceHistoryRequest`. */
export function encodeGetInstanceHistory(instanceId: string): Uint8Array {
  return encodeWith((writer, id) => writer.optString(1, id), instanceId);
}

/** The events of a `GetInstanceHistoryResponse`. Throws `ERR_HISTORY_CORRUPT`. */
export function decodeHistoryResponse(bytes: Uint8Array): HistoryEvent[] {
  try {
    return readHistory(new Reader(bytes));
  } catch (error) {
    throw WorkflowError.from(error, 'ERR_HISTORY_CORRUPT');
  }
}

function readHistory(reader: Reader): HistoryEvent[] {
  const events: HistoryEvent[] = [];
  while (reader.next(reader.end)) {
    if (reader.field !== 1) {
      reader.skip();
      continue;
    }
    const event = readNestedEvent(reader);
    if (event.kind === 'unknown') throw new WireError(`an event of the unknown kind ${event.field}`);
    events.push(event);
  }
  return events;
}

import { describe, expect, test } from '@jest/globals';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import * as fc from 'fast-check';
import type { FailureDetails, HistoryEvent } from '../../core/orchestration/history-event.js';
import { HistoryEventSchema } from '../../proto/gen/taskhub_pb.js';
import { historyCodec } from '../../proto/history-codec.js';
import { Writer } from '../../proto/wire/writer.js';
import { eventsByKind } from './arbitraries.js';
import { outcomeOf } from './raw-message.js';

const kinds = Object.entries(eventsByKind);
const eventOrCorrupt = ['read', 'ERR_HISTORY_CORRUPT'];

describe('history codec', () => {
  test.each(kinds)('%s comes back as it went in', (_kind, events) => {
    fc.assert(
      fc.property(events, (event) => {
        expect(historyCodec.decode(historyCodec.encode(event))).toStrictEqual(event);
      }),
    );
  });

  test.each(kinds)('%s means the same to the generated code, which knows every field', (_kind, events) => {
    fc.assert(
      fc.property(events, (event) => {
        const message = fromBinary(HistoryEventSchema, historyCodec.encode(event), { readUnknownFields: false });
        expect(historyCodec.decode(toBinary(HistoryEventSchema, message))).toStrictEqual(event);
      }),
    );
  });

  test('the time of an unlimited wait keeps its last nanosecond', () => {
    const never = { ms: Date.UTC(9999, 11, 31, 23, 59, 59, 999), subNanos: 999_999 };
    const event: HistoryEvent = { kind: 'timerCreated', eventId: 1, timestampMs: 0, fireAt: never };
    const bytes = historyCodec.encode(event);
    const { eventType } = fromBinary(HistoryEventSchema, bytes);
    expect(eventType.value).toMatchObject({ fireAt: { seconds: 253_402_300_799n, nanos: 999_999_999 } });
    expect(historyCodec.decode(bytes)).toStrictEqual(event);
  });

  test.each(['POISONED', 'NON_DETERMINISM'] as const)('the reason %s is PATCH_MISMATCH to Dapr', (reason) => {
    const event: HistoryEvent = { kind: 'executionStalled', eventId: -1, timestampMs: 5, reason, description: 'why' };
    const { eventType } = fromBinary(HistoryEventSchema, historyCodec.encode(event));
    expect(eventType.value).toMatchObject({ reason: 0, description: 'why', ownReason: reason });
  });

  test('a reason that a newer release made up reads as PATCH_MISMATCH', () => {
    const bytes = build((writer) => {
      const body = writer.open(31);
      writer.string(1000, 'SOMETHING_NEW');
      writer.close(body);
    });
    expect(historyCodec.decode(bytes)).toMatchObject({ kind: 'executionStalled', reason: 'PATCH_MISMATCH' });
  });

  test('fields from the future are passed over at every level', () => {
    const bytes = build((writer) => {
      writer.string(500, 'new');
      const body = writer.open(7);
      writer.int32(1, 3);
      writer.int32(900, 1);
      writer.string(901, 'new');
      writer.close(body);
    });
    expect(historyCodec.decode(bytes)).toStrictEqual({ kind: 'taskCompleted', eventId: 0, timestampMs: 0, taskId: 3 });
  });

  test('an execution that says no rules version was begun by the first rules', () => {
    const bytes = build((writer) => writer.close(writer.open(3)));
    expect(historyCodec.decode(bytes)).toMatchObject({ rulesVersion: 1, generation: 0 });
  });

  test('a chain of causes without end is cut instead of failing the event', () => {
    let failure: FailureDetails = { errorType: 'Root', errorMessage: '' };
    for (let depth = 0; depth < 10_000; depth += 1)
      failure = { errorType: `E${depth}`, errorMessage: '', inner: failure };
    const decoded = historyCodec.decode(
      historyCodec.encode({ kind: 'taskFailed', eventId: -1, timestampMs: 0, taskId: 1, failure }),
    );
    let depth = 0;
    for (let cause = decoded.kind === 'taskFailed' ? decoded.failure : undefined; cause; cause = cause.inner)
      depth += 1;
    expect(depth).toBe(51);
  });

  test.each([
    { name: 'nothing', bytes: [], reason: 'an event without a kind' },
    { name: 'only a router', bytes: [0xf2, 0x01, 0x00], reason: 'an event of the unknown kind 30' },
    { name: 'a kind from the future', bytes: [0xca, 0x02, 0x00], reason: 'an event of the unknown kind 41' },
    { name: 'a cut field', bytes: [0x3a, 0x05, 0x08], reason: 'the bytes end within a field' },
    { name: 'a completion that still runs', bytes: [0x22, 0x00], reason: 'an execution cannot end with status 0' },
    { name: 'text that is no UTF-8', bytes: [0x8a, 0x01, 0x03, 0x0a, 0x01, 0xff], reason: 'field 1 is not UTF-8' },
    { name: 'a number where text belongs', bytes: [0x8a, 0x01, 0x02, 0x08, 0x01], reason: 'field 1 has wire type 0' },
  ])('$name is no event', ({ bytes, reason }) => {
    expect(() => historyCodec.decode(Uint8Array.from(bytes))).toThrow(
      expect.objectContaining({ code: 'ERR_HISTORY_CORRUPT', params: { reason } }),
    );
  });

  test('any bytes at all are an event or corrupt, and nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(eventOrCorrupt).toContain(outcomeOf(() => historyCodec.decode(bytes)));
      }),
      { numRuns: 2000 },
    );
  });

  test('an event with bytes changed or cut is an event or corrupt, and nothing else', () => {
    const event = fc.oneof(...Object.values(eventsByKind));
    fc.assert(
      fc.property(event, fc.nat(), fc.nat({ max: 255 }), fc.boolean(), (given, at, byte, cut) => {
        const bytes = Uint8Array.from(historyCodec.encode(given));
        const index = at % bytes.length;
        if (!cut) bytes[index] = byte;
        const damaged = cut ? bytes.subarray(0, index) : bytes;
        expect(eventOrCorrupt).toContain(outcomeOf(() => historyCodec.decode(damaged)));
      }),
      { numRuns: 1000 },
    );
  });

  test('bytes in the middle of a larger buffer are read in place', () => {
    const bytes = historyCodec.encode({ kind: 'eventRaised', eventId: -1, timestampMs: 9, name: 'go', data: '"x"' });
    const larger = new Uint8Array(bytes.length + 20).fill(0xff);
    larger.set(bytes, 7);
    expect(historyCodec.decode(larger.subarray(7, 7 + bytes.length))).toMatchObject({ name: 'go', data: '"x"' });
  });
});

function build(write: (writer: Writer) => void): Uint8Array {
  const writer = new Writer();
  write(writer);
  return writer.finish();
}

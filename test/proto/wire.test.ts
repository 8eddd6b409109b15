import { describe, expect, test } from '@jest/globals';
import { BinaryReader } from '@bufbuild/protobuf/wire';
import * as fc from 'fast-check';
import { Reader } from '../../proto/wire/reader.js';
import { Writer } from '../../proto/wire/writer.js';
import { text } from './arbitraries.js';
import { raw } from './raw-message.js';

describe('writer', () => {
  test.each([0, 1, 127, 128, 16_383, 16_384, 2 ** 31 - 1, -1, -128, -(2 ** 31)])(
    'int32 %d is as the runtime writes it',
    (value) => {
      const ours = new Writer();
      ours.int32(1, value);
      expect(plain(ours.finish())).toEqual(plain(raw().int(1, value).finish()));
    },
  );

  test('text of any length is as the runtime writes it', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 2 ** 29 - 1 }), (value, field) => {
        const ours = new Writer();
        ours.string(field, value);
        expect(plain(ours.finish())).toEqual(plain(raw().text(field, value).finish()));
      }),
    );
  });

  test.each([0, 1, 127, 128, 129, 16_383, 16_384, 2_097_151, 2_097_152])(
    'a nested message of %d bytes is as the runtime writes it',
    (size) => {
      const content = new Uint8Array(size).fill(7);
      const ours = new Writer();
      const start = ours.open(3);
      ours.raw(content);
      ours.close(start);
      expect(plain(ours.finish())).toEqual(plain(raw().bytes(3, content).finish()));
    },
  );

  test('what was finished does not change when the writer goes on', () => {
    const writer = new Writer();
    writer.string(1, 'first');
    const first = writer.finish();
    const before = plain(first);
    writer.clear();
    writer.string(1, 'other text');
    writer.finish();
    expect(plain(first)).toEqual(before);
  });
});

describe('reader', () => {
  test('a time comes back to the millisecond, before and after the epoch', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }),
        fc.integer({ min: 0, max: 999_999 }),
        (ms, subNanos) => {
          const writer = new Writer();
          writer.timestamp(1, ms, subNanos);
          const reader = at(writer.finish());
          expect([reader.timestamp(), reader.subNanos]).toEqual([ms, subNanos]);
        },
      ),
    );
  });

  test.each([
    { name: 'too many seconds', seconds: 253_402_300_800n, nanos: 0 },
    { name: 'too few seconds', seconds: -62_135_596_801n, nanos: 0 },
    { name: 'the last number there is', seconds: 2n ** 63n - 1n, nanos: 0 },
    { name: 'the first number there is', seconds: -(2n ** 63n), nanos: 0 },
    { name: 'negative nanoseconds', seconds: 0n, nanos: -1 },
    { name: 'a whole second of nanoseconds', seconds: 0n, nanos: 1_000_000_000 },
  ])('a time with $name is refused', ({ seconds, nanos }) => {
    const inner = raw().int(1, seconds).int(2, nanos).finish();
    expect(() => at(raw().bytes(1, inner).finish()).timestamp()).toThrow(/out of range/);
  });

  test('every kind of field can be passed over', () => {
    const bytes = raw().int(1, -1n).fixed64(2, 1.5).text(3, 'x').fixed32(4, 1.5).text(5, 'end').finish();
    const reader = new Reader(bytes);
    const seen: number[] = [];
    while (reader.next(reader.end)) {
      seen.push(reader.field);
      reader.skip();
    }
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  test.each([
    { name: 'field number 0', bytes: [0x00], reason: /field number 0/ },
    { name: 'a group', bytes: [0x0b], reason: /wire type 3/ },
    { name: 'a number without end', bytes: [0x08, ...Array<number>(11).fill(0x80)], reason: /longer than ten bytes/ },
    { name: 'a length beyond the end', bytes: [0x0a, 0x05, 0x01], reason: /end within a field/ },
    { name: 'half a fixed number', bytes: [0x09, 0x01], reason: /end within a field/ },
    { name: 'a tag cut off', bytes: [0x80], reason: /end within a field/ },
  ])('$name is refused', ({ bytes, reason }) => {
    const reader = new Reader(Uint8Array.from(bytes));
    expect(() => {
      while (reader.next(reader.end)) reader.skip();
    }).toThrow(reason);
  });

  test('a field may not run over the end of the message around it', () => {
    const reader = at(Uint8Array.from([0x0a, 0x02, 0x0a, 0x03, 1, 2, 3]));
    const end = reader.enter();
    expect(reader.next(end)).toBe(true);
    reader.skip();
    expect(() => reader.next(end)).toThrow(/runs over the end/);
  });

  test('the replacement character itself is text, broken UTF-8 is not', () => {
    expect(at(raw().text(1, 'a\ufffdb').finish()).string()).toBe('a\ufffdb');
    const broken = raw()
      .bytes(1, Uint8Array.from([0x61, 0xc3]))
      .finish();
    expect(() => at(broken).string()).toThrow(/not UTF-8/);
  });

  test('numbers are the low 32 bits, however long they are written', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        const bytes = raw().int(1, value).finish();
        const theirs = new BinaryReader(bytes);
        theirs.tag();
        expect(at(bytes).int32()).toBe(theirs.int32());
      }),
    );
  });
});

/** A reader that stands at the first field. */
function at(bytes: Uint8Array): Reader {
  const reader = new Reader(bytes);
  reader.next(reader.end);
  return reader;
}

/** Buffers and byte arrays compare as unequal; numbers do not. */
function plain(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ByteReader, ByteWriter, packRuns, unpackRuns } from '../../../components/builtin/store/bytes.js';
import { readFrames, writeFrame, type Frame } from '../../../components/builtin/store/frame.js';
import {
  firstTimerKey,
  type InstanceRow,
  type Store,
  type StoreGroup,
  type TimerKey,
} from '../../../components/builtin/store/store.js';
import { backends, type Backend } from './support/backends.js';

describe('bytes', () => {
  test.each([0, 1, 127, 128, 16_383, 16_384, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 40 + 5, Number.MAX_SAFE_INTEGER])(
    'the number %d comes back',
    (value) => {
      const writer = new ByteWriter(1);
      writer.varint(value);
      expect(new ByteReader(writer.take()).varint()).toBe(value);
    },
  );

  test.each([0, -1, 1, -2, 1_000_000, -1_000_000])('the signed number %d comes back', (value) => {
    const writer = new ByteWriter(1);
    writer.signed(value);
    expect(new ByteReader(writer.take()).signed()).toBe(value);
  });

  test.each(['', 'a', 'é日🙂', 'x'.repeat(5_000)])('text comes back, whatever its alphabet', (text) => {
    const writer = new ByteWriter(1);
    writer.string(text);
    expect(new ByteReader(writer.take()).string()).toBe(text);
  });

  test('what ends too early is noticed', () => {
    const packed = packRuns([Uint8Array.of(1, 2, 3), Uint8Array.of()]);
    expect(unpackRuns(packed).map((run) => [...run])).toEqual([[1, 2, 3], []]);
    expect(() => unpackRuns(packed.subarray(0, 2))).toThrow(RangeError);
    expect(() => new ByteReader(Uint8Array.of(0x80)).varint()).toThrow(RangeError);
  });
});

const frames: readonly { readonly name: string; readonly frame: Frame }[] = [
  { name: 'a removal', frame: { no: 7, removed: true, takenFacts: 0, events: [], facts: [] } },
  {
    name: 'a start',
    frame: { no: 1, removed: false, createdId: 'é', takenFacts: 0, events: [], facts: [Buffer.from([1])] },
  },
  {
    name: 'a decision that clears the status',
    frame: { no: 300, removed: false, customStatus: {}, takenFacts: 2, events: [Buffer.from([1, 2])], facts: [] },
  },
  {
    name: 'a new generation',
    frame: {
      no: 2 ** 40,
      removed: false,
      resetTo: 9,
      customStatus: { value: '' },
      takenFacts: 0,
      events: [],
      facts: [],
    },
  },
];

describe('frames', () => {
  test.each(frames)('$name comes back, alone and among others', ({ frame }) => {
    const writer = new ByteWriter();
    for (const each of [frame, ...frames.map((one) => one.frame)]) writeFrame(writer, each);
    expect([...readFrames(writer.take())]).toEqual([frame, ...frames.map((one) => one.frame)]);
  });
});

const nothing: Omit<StoreGroup, 'lsn'> = {
  batch: new Uint8Array(0),
  rows: [],
  removed: [],
  timersAdded: [],
  timersRemoved: [],
  trimBelow: 0,
};

const row = (no: number, more: Partial<InstanceRow> = {}): InstanceRow => ({
  no,
  instanceId: `i${no}`,
  workflowName: 'w',
  status: 'RUNNING',
  phase: 'idle',
  generation: 0,
  chunkCount: 0,
  lsn: 1,
  createdAtMs: 1_000 * no,
  lastUpdatedAtMs: 1_000 * no,
  inbox: new Uint8Array(0),
  ...more,
});

const timer = (fireAtMs: number, no = 1): TimerKey => ({ fireAtMs, no, kind: 'timer', seq: 3 });

describe.each(backends)('a store in $name', ({ create }) => {
  let backend: Backend;
  let store: Store;
  beforeEach(() => {
    backend = create();
    store = backend.open();
  });
  afterEach(() => {
    store.close();
    backend.remove();
  });
  const reopen = (): void => {
    store.close();
    store = backend.open();
  };

  test('begins empty', () => {
    expect([store.lastLsn(), store.lastNo(), [...store.log()]]).toEqual([0, 0, []]);
    expect(store.nextTimerMs(firstTimerKey)).toBeUndefined();
  });

  test('keeps rows, chunks, log and timers over a restart', () => {
    const full = row(1, {
      customStatus: '"x"',
      completedAtMs: 5,
      expiresAtMs: 6,
      parentInstanceId: 'p',
      chunkCount: 1,
    });
    const chunk = { index: 0, events: Buffer.from([1, 2, 3]) };
    store.commit({
      ...nothing,
      lsn: 1,
      batch: Buffer.from([9]),
      rows: [{ row: full, chunk, dropChunks: false }],
      timersAdded: [timer(10)],
    });
    reopen();
    expect(store.rowOf('i1')).toEqual(full);
    expect(store.rowAt(1)).toEqual(full);
    expect(store.chunks(1).map((bytes) => [...bytes])).toEqual([[1, 2, 3]]);
    expect([...store.log()].map(({ lsn, batch }) => [lsn, ...batch])).toEqual([[1, 9]]);
    expect(store.timers(firstTimerKey, 10, 5)).toEqual([timer(10)]);
    expect([store.lastLsn(), store.lastNo()]).toEqual([1, 1]);
  });

  test('a group that cannot be written changes nothing', () => {
    store.commit({ ...nothing, lsn: 1, rows: [{ row: row(1), dropChunks: false }] });
    const again = { ...nothing, lsn: 1, removed: [1], timersAdded: [timer(1)] };
    expect(() => store.commit(again)).toThrow(/./);
    expect(store.rowOf('i1')).toBeDefined();
    expect(store.nextTimerMs(firstTimerKey)).toBeUndefined();
    store.commit({ ...nothing, lsn: 2 });
  });

  test('an id is free within the group that removes it', () => {
    store.commit({ ...nothing, lsn: 1, rows: [{ row: row(1, { instanceId: 'a' }), dropChunks: false }] });
    store.commit({ ...nothing, lsn: 2, removed: [1], rows: [{ row: row(2, { instanceId: 'a' }), dropChunks: false }] });
    expect(store.rowOf('a')?.no).toBe(2);
    expect(store.rowAt(1)).toBeUndefined();
  });

  test('a new generation drops the chunks of the old', () => {
    const chunk = (index: number, byte: number) => ({ index, events: Buffer.from([byte]) });
    store.commit({ ...nothing, lsn: 1, rows: [{ row: row(1), chunk: chunk(0, 1), dropChunks: false }] });
    store.commit({ ...nothing, lsn: 2, rows: [{ row: row(1), chunk: chunk(1, 2), dropChunks: false }] });
    expect(store.chunks(1)).toHaveLength(2);
    store.commit({ ...nothing, lsn: 3, rows: [{ row: row(1), chunk: chunk(0, 3), dropChunks: true }] });
    expect(store.chunks(1).map((bytes) => [...bytes])).toEqual([[3]]);
  });

  test('timers come in order, after a key, up to a time; one that is over within its group was never there', () => {
    const keys = [timer(5), timer(5, 2), { ...timer(5, 2), seq: 4 }, timer(7), timer(9)];
    store.commit({ ...nothing, lsn: 1, timersAdded: keys.toReversed(), timersRemoved: [timer(9)] });
    expect(store.timers(firstTimerKey, 100, 10)).toEqual(keys.slice(0, 4));
    expect(store.timers(timer(5), 5, 10)).toEqual(keys.slice(1, 3));
    expect(store.timers(firstTimerKey, 100, 2)).toEqual(keys.slice(0, 2));
    expect(store.nextTimerMs(timer(5, 2))).toBe(5);
    store.commit({ ...nothing, lsn: 2, timersAdded: [timer(7)], timersRemoved: [timer(5)] });
    expect(store.timers(firstTimerKey, 100, 10)).toEqual(keys.slice(1, 4));
  });

  test('the log is trimmed from its beginning, and its last row stays', () => {
    for (let lsn = 1; lsn <= 5; lsn += 1) store.commit({ ...nothing, lsn, trimBelow: lsn === 5 ? 4 : 0 });
    expect([...store.log()].map(({ lsn }) => lsn)).toEqual([4, 5]);
    expect(store.lastLsn()).toBe(5);
  });

  const listed = [
    row(1, { status: 'COMPLETED', phase: 'closed', completedAtMs: 1_500 }),
    row(2, { workflowName: 'other' }),
    row(3, { instanceId: 'x%3', status: 'FAILED', phase: 'closed', completedAtMs: 9_000 }),
    row(4, { phase: 'busy' }),
  ];
  test.each([
    { name: 'all', query: {}, nos: [1, 2, 3, 4] },
    { name: 'after a number', query: { afterNo: 2 }, nos: [3, 4] },
    { name: 'a page', query: { limit: 2 }, nos: [1, 2] },
    { name: 'by status', query: { statuses: ['COMPLETED', 'FAILED'] as const }, nos: [1, 3] },
    { name: 'by no status', query: { statuses: [] }, nos: [] },
    { name: 'by name', query: { workflowName: 'other' }, nos: [2] },
    { name: 'by the beginning of the id, taken literally', query: { instanceIdPrefix: 'x%' }, nos: [3] },
    { name: 'by creation, both ends included', query: { createdFromMs: 2_000, createdToMs: 3_000 }, nos: [2, 3] },
    { name: 'by end', query: { completedBeforeMs: 9_000 }, nos: [1] },
  ])('lists $name', ({ query, nos }) => {
    store.commit({ ...nothing, lsn: 1, rows: listed.map((each) => ({ row: each, dropChunks: false })) });
    expect(store.list({ afterNo: 0, limit: 10, ...query }).map(({ no }) => no)).toEqual(nos);
    expect(store.busy(0, 10)).toEqual([4]);
  });
});

import { ByteReader, ByteWriter } from './bytes.js';

/**
 * What one group commit changed about one instance, as the log keeps it. A frame is applied to the inbox and history
 * that the instance's row and its earlier frames add up to:
 *
 * 1. `takenFacts` facts leave the head of the inbox;
 * 2. with `reset`, history is emptied: a new generation begins;
 * 3. `events` join history, `facts` join the inbox.
 */
export interface Frame {
  /** Creation number of the instance. */
  readonly no: number;
  /** The instance is gone; nothing else of the frame counts. */
  readonly removed: boolean;
  /** Set in an instance's first frame only. */
  readonly createdId?: string;
  /** Set when a generation began with this group. */
  readonly resetTo?: number;
  /** The custom status from now on; `value` absent: none. */
  readonly customStatus?: { readonly value?: string };
  readonly takenFacts: number;
  readonly events: readonly Uint8Array[];
  readonly facts: readonly Uint8Array[];
}

const created = 1;
const reset = 2;
const customSet = 4;
const customPresent = 8;
const removed = 16;

export function writeFrame(writer: ByteWriter, frame: Frame): void {
  writer.varint(frame.no);
  writer.varint(flagsOf(frame));
  if (frame.removed) return;
  if (frame.createdId !== undefined) writer.string(frame.createdId);
  if (frame.resetTo !== undefined) writer.varint(frame.resetTo);
  if (frame.customStatus?.value !== undefined) writer.string(frame.customStatus.value);
  writer.varint(frame.takenFacts);
  writeRuns(writer, frame.events);
  writeRuns(writer, frame.facts);
}

function flagsOf(frame: Frame): number {
  if (frame.removed) return removed;
  return (
    (frame.createdId === undefined ? 0 : created) |
    (frame.resetTo === undefined ? 0 : reset) |
    (frame.customStatus === undefined ? 0 : customSet) |
    (frame.customStatus?.value === undefined ? 0 : customPresent)
  );
}

function writeRuns(writer: ByteWriter, runs: readonly Uint8Array[]): void {
  writer.varint(runs.length);
  for (const run of runs) writer.bytes(run);
}

/** The frames of one log row, in the order they were written. */
export function* readFrames(batch: Uint8Array): Generator<Frame> {
  const reader = new ByteReader(batch);
  while (!reader.done) yield readFrame(reader);
}

function readFrame(reader: ByteReader): Frame {
  const no = reader.varint();
  const flags = reader.varint();
  if (flags & removed) return { no, removed: true, takenFacts: 0, events: [], facts: [] };
  return {
    no,
    removed: false,
    ...(flags & created ? { createdId: reader.string() } : {}),
    ...(flags & reset ? { resetTo: reader.varint() } : {}),
    ...(flags & customSet ? { customStatus: flags & customPresent ? { value: reader.string() } : {} } : {}),
    takenFacts: reader.varint(),
    events: readRuns(reader),
    facts: readRuns(reader),
  };
}

function readRuns(reader: ByteReader): Uint8Array[] {
  return Array.from({ length: reader.varint() }, () => reader.bytes());
}

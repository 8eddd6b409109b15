/**
 * The few binary shapes a frame needs: variable-length integers (7 bits a byte, low first), byte runs and UTF-8 strings
 * with their length in front. Stored facts and frames are made of these; events inside are the `HistoryCodec`'s bytes.
 */

/** Writes into one buffer that grows. */
export class ByteWriter {
  #buffer: Buffer;
  #length = 0;

  constructor(initialBytes = 1024) {
    this.#buffer = Buffer.allocUnsafe(initialBytes);
  }

  /** A whole number, 0 to 2^53 - 1. */
  varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest > 0x7f) {
      this.#buffer[this.#length++] = (rest & 0x7f) | 0x80;
      rest = rest < 0x80000000 ? rest >>> 7 : Math.floor(rest / 128);
    }
    this.#buffer[this.#length++] = rest;
  }

  /** A whole number of either sign, small ones short. */
  signed(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  bytes(value: Uint8Array): void {
    this.varint(value.length);
    this.#reserve(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
  }

  string(value: string): void {
    const length = Buffer.byteLength(value);
    this.varint(length);
    this.#reserve(length);
    this.#length += this.#buffer.write(value, this.#length);
  }

  /** What was written: a view of the buffer, so this is the writer's last call. */
  take(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}

/** Reads what a `ByteWriter` wrote. Reading past the end throws a `RangeError`. */
export class ByteReader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean {
    return this.#at >= this.#buffer.length;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 49; scale *= 128) {
      const byte = this.#buffer[this.#at++];
      if (byte === undefined) throw new RangeError('bytes end inside a number');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a number is longer than 53 bits');
  }

  signed(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** A view, not a copy. */
  bytes(): Uint8Array {
    const length = this.varint();
    const from = this.#at;
    if (from + length > this.#buffer.length) throw new RangeError('bytes end inside a run');
    this.#at += length;
    return this.#buffer.subarray(from, this.#at);
  }

  string(): string {
    const bytes = this.bytes();
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  }
}

/** Runs of bytes, one after the other: the shape of a history chunk and of a stored inbox. */
export function packRuns(runs: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter(runs.reduce((sum, run) => sum + run.length + 4, 16));
  for (const run of runs) writer.bytes(run);
  return writer.take();
}

export function unpackRuns(packed: Uint8Array): Uint8Array[] {
  const reader = new ByteReader(packed);
  const runs: Uint8Array[] = [];
  while (!reader.done) runs.push(reader.bytes());
  return runs;
}

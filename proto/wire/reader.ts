import { delimited, fixed32, fixed64, varint, WireError } from './wire-types.js';

const twoTo32 = 0x1_0000_0000;
/** Up to here a character loop beats the call into native code (2026-11-24, Node 20.20: 53 against 79 ns at 8 characters). */
const shortText = 10;
/** 0001-01-01 and 9999-12-31T23:59:59, the seconds a `Timestamp` can hold. */
const firstSecond = -62_135_596_800;
const lastSecond = 253_402_300_799;

/**
 * Reads protobuf fields in place. A message is a loop: `while (reader.next(end)) switch (reader.field) ...`, with `skip()`
 * for every field the reader does not want. All reads are bounded; bytes that are no protobuf throw a `WireError`.
 */
export class Reader {
  /** Number of the field `next` stands at. */
  field = 0;
  /** Nanoseconds below the millisecond of the last `timestamp`. */
  subNanos = 0;
  #wireType = 0;
  #at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** End of the outermost message. */
  get end(): number {
    return this.#bytes.length;
  }

  /** Steps to the next field of the message that ends at `end`; false when there is none. */
  next(end: number): boolean {
    if (this.#at >= end) {
      if (this.#at > end) throw new WireError('a field runs over the end of its message');
      return false;
    }
    const tag = this.#varint32();
    this.field = tag >>> 3;
    this.#wireType = tag & 7;
    if (this.field === 0) throw new WireError('field number 0');
    return true;
  }

  /**
   * Whether the content of the present field may be text: names and ids never begin with a control character, and a
   * message in the same place always does (the tag of one of its first fields).
   */
  looksLikeText(): boolean {
    if (this.#wireType !== delimited) return false;
    const before = this.#at;
    const size = this.#size();
    const first = this.#bytes[this.#at] ?? 0;
    this.#at = before;
    return size === 0 || first >= 0x20;
  }

  /** Enters a nested message and returns its end. */
  enter(): number {
    this.#expect(delimited);
    return this.#size() + this.#at;
  }

  /** Passes over the present field. */
  skip(): void {
    switch (this.#wireType) {
      case varint:
        this.#varint64();
        return;
      case fixed64:
        this.#advance(8);
        return;
      case delimited:
        this.#advance(this.#size());
        return;
      case fixed32:
        this.#advance(4);
        return;
      default:
        throw new WireError(`field ${this.field} has wire type ${this.#wireType}`);
    }
  }

  int32(): number {
    this.#expect(varint);
    const low = this.#varint32();
    return low | 0;
  }

  bool(): boolean {
    this.#expect(varint);
    return this.#varint64() !== 0;
  }

  string(): string {
    this.#expect(delimited);
    const size = this.#size();
    const start = this.#at;
    this.#at += size;
    return size <= shortText ? this.#shortString(start, this.#at) : this.#longString(start, this.#at);
  }

  /** The text of a `google.protobuf.StringValue`. */
  stringValue(): string {
    let value = '';
    const end = this.enter();
    while (this.next(end)) {
      if (this.field === 1) value = this.string();
      else this.skip();
    }
    return value;
  }

  /** Epoch ms of a `google.protobuf.Timestamp`; what milliseconds lose stays in `subNanos`. */
  timestamp(): number {
    let seconds = 0;
    let nanos = 0;
    const end = this.enter();
    while (this.next(end)) {
      if (this.field === 1) {
        this.#expect(varint);
        seconds = this.#varint64();
      } else if (this.field === 2) nanos = this.int32();
      else this.skip();
    }
    if (seconds < firstSecond || seconds > lastSecond || nanos < 0 || nanos > 999_999_999) {
      throw new WireError(`timestamp of ${seconds} s and ${nanos} ns is out of range`);
    }
    const ms = Math.floor(nanos / 1_000_000);
    this.subNanos = nanos - ms * 1_000_000;
    return seconds * 1000 + ms;
  }

  /** One entry of a `map<string, string>`. */
  mapEntry(): [key: string, value: string] {
    let key = '';
    let value = '';
    const end = this.enter();
    while (this.next(end)) {
      if (this.field === 1) key = this.string();
      else if (this.field === 2) value = this.string();
      else this.skip();
    }
    return [key, value];
  }

  #expect(wireType: number): void {
    if (this.#wireType !== wireType) throw new WireError(`field ${this.field} has wire type ${this.#wireType}`);
  }

  #advance(size: number): void {
    this.#at += size;
    if (this.#at > this.#bytes.length) throw new WireError('the bytes end within a field');
  }

  /** The length of a delimited field, checked against what is there. */
  #size(): number {
    const size = this.#varint32();
    if (size > this.#bytes.length - this.#at) throw new WireError('the bytes end within a field');
    return size;
  }

  /** Low 32 bits, unsigned, of a varint of up to ten bytes. */
  #varint32(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let shift = 7; shift < 70; shift += 7) {
      const byte = this.#byte();
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new WireError('a number is longer than ten bytes');
  }

  /** Signed; exact up to 2^53. */
  #varint64(): number {
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#byte();
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) return (high | 0) * twoTo32 + (low >>> 0);
    }
    throw new WireError('a number is longer than ten bytes');
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new WireError('the bytes end within a field');
    this.#at += 1;
    return byte;
  }

  #shortString(start: number, end: number): string {
    let text = '';
    for (let at = start; at < end; at += 1) {
      const code = this.#bytes[at] ?? 0;
      if (code > 0x7f) return this.#longString(start, end);
      text += String.fromCharCode(code);
    }
    return text;
  }

  #longString(start: number, end: number): string {
    const text = this.#bytes.toString('utf8', start, end);
    // Decoding replaces what is no UTF-8; the replacement character itself is legal, so only then a strict look decides.
    if (text.includes('\ufffd') && !isUtf8(this.#bytes.subarray(start, end))) {
      throw new WireError(`field ${this.field} is not UTF-8`);
    }
    return text;
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

function isUtf8(bytes: Uint8Array): boolean {
  try {
    strictUtf8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Payload text of a value: JSON, and nothing at all for `undefined`. Throws what `JSON.stringify` throws (cycles, bigint). */
export function encode(value: unknown): string | undefined {
  return JSON.stringify(value);
}

/** The value of a payload; an absent or empty one is `undefined`. Throws on text that is not JSON. */
export function decode(text: string | undefined): unknown {
  return text === undefined || text === '' ? undefined : JSON.parse(text);
}

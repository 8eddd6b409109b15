/** Bytes of payload in a message, at any depth: what the server's limits count. */
export function payloadBytes(value: unknown): number {
  if (value instanceof Uint8Array) return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  let bytes = 0;
  for (const part of Object.values(value)) bytes += payloadBytes(part);
  return bytes;
}

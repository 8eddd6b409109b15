/**
 * Payloads and everything else that is opaque to Conductor travel as one string of JSON text in which no `$` occurs, so
 * that its expression language finds nothing to replace, and number spelling and key order stay as they are.
 */
export function pack(value: unknown): string {
  return JSON.stringify(value).replaceAll('$', String.raw`\u0024`);
}

/** Undoes `pack`. Throws a `SyntaxError` for a text that is none of ours. */
export function unpack(text: string): unknown {
  return JSON.parse(text);
}

/** What a task of ours was given, packed, as its `in`. */
export function packedIn(inputData: Readonly<Record<string, unknown>> | undefined): unknown {
  const text = inputData?.['in'];
  return typeof text === 'string' ? unpack(text) : undefined;
}

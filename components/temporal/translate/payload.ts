import type { Payload, Payloads } from '../vendor.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const jsonPlain = encoder.encode('json/plain');
const yes = encoder.encode('1');

/** Set on payloads whose text was not JSON and was made a JSON string, so that every Temporal tool can show it. */
const wrappedKey = 'wfhText';

/** A worker's text as Temporal's own converters write JSON: the bytes pass as they are. */
export function payloadOf(text: string): Payload {
  if (isJson(text)) return { metadata: { encoding: jsonPlain }, data: encoder.encode(text) };
  return { metadata: { encoding: jsonPlain, [wrappedKey]: yes }, data: encoder.encode(JSON.stringify(text)) };
}

/** Absent text: no payload at all. */
export function payloadsOf(text: string | undefined): Payloads | null {
  return text === undefined ? null : { payloads: [payloadOf(text)] };
}

/** The text of what anybody wrote: several arguments become a JSON array, bytes a base64 string. */
export function textOf(payloads: Payloads | null | undefined): string | undefined {
  const all = payloads?.payloads ?? [];
  const [first] = all;
  if (!first) return undefined;
  return all.length === 1 ? textOfOne(first) : `[${all.map(textOfOne).join(',')}]`;
}

export function textOfOne(payload: Payload): string {
  const data = payload.data ?? new Uint8Array();
  const encoding = decoder.decode(payload.metadata?.['encoding'] ?? new Uint8Array());
  switch (encoding) {
    case 'json/plain':
    case 'json/protobuf': {
      const text = decoder.decode(data);
      return payload.metadata?.[wrappedKey] ? (JSON.parse(text) as string) : text;
    }
    case 'binary/null':
      return 'null';
    default:
      return JSON.stringify(Buffer.from(data).toString('base64'));
  }
}

/** Removes a key of a memo. */
export const nullPayload: Payload = { metadata: { encoding: encoder.encode('binary/null') } };

export function isNullPayload(payload: Payload): boolean {
  return decoder.decode(payload.metadata?.['encoding'] ?? new Uint8Array()) === 'binary/null';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

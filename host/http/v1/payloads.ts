import { isPlainJson } from '../json/read.js';
import { RawJson, type JsonObject } from '../json/write.js';

/**
 * How payloads are shown. `json`: as the JSON they are (member `input`), verbatim, or, where the text is not JSON, as a
 * string (member `inputText`); `text`: always as a string; `none`: left out.
 */
export const payloadModes = ['json', 'text', 'none'] as const;
export type PayloadMode = (typeof payloadModes)[number];

/** The member that shows a payload: `name`, `nameText`, or none. */
export function payloadMember(name: string, text: string | undefined, mode: PayloadMode): JsonObject {
  if (text === undefined || mode === 'none') return {};
  return mode === 'json' && isPlainJson(text) ? { [name]: new RawJson(text) } : { [`${name}Text`]: text };
}

/** The payload of a request: given as JSON (`name`) or as text (`nameText`); a schema has refused both at once. */
export function payloadOf(name: string, payloads: ReadonlyMap<string, string>, body: object): string | undefined {
  const text: unknown = Reflect.get(body, `${name}Text`);
  return payloads.get(name) ?? (typeof text === 'string' ? text : undefined);
}

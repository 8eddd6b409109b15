/** JSON text to be put into a document as it is. */
export class RawJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Values `writeJson` can write. Members that are `undefined` are left out. */
export type JsonValue = string | number | boolean | null | undefined | RawJson | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: JsonValue;
}

/** `JSON.stringify` for plain data, except that `RawJson` is copied verbatim: payloads keep their bytes. */
export function writeJson(value: Exclude<JsonValue, undefined>): string {
  if (value instanceof RawJson) return value.text;
  if (Array.isArray(value))
    return `[${(value as readonly JsonValue[]).map((item) => writeJson(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members: string[] = [];
  for (const [name, member] of Object.entries(value as JsonObject)) {
    if (member !== undefined) members.push(`${JSON.stringify(name)}:${writeJson(member)}`);
  }
  return `{${members.join(',')}}`;
}

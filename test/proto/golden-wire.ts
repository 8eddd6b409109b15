import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  fromJson,
  toBinary,
  type DescField,
  type DescMessage,
  type JsonObject,
  type JsonValue,
} from '@bufbuild/protobuf';

/** Recorded traffic between Dapr and its SDKs, as bytes. */

export const languages = ['js', 'go', 'java', 'python'] as const;
export type Language = (typeof languages)[number];

/** One recorded message: `req` from the client or worker, `msg` on the stream, `res` from the server. */
interface Recorded {
  readonly method: string;
  readonly req?: JsonObject;
  readonly msg?: JsonObject;
}

interface Recording {
  readonly cases: Readonly<Record<string, { readonly messages: readonly Recorded[] }>>;
}

/** All recorded messages of one kind, with a name that finds them again. */
export function recorded(
  language: Language,
  wanted: (message: Recorded) => JsonObject | undefined,
): { readonly name: string; readonly json: JsonObject }[] {
  const found: { name: string; json: JsonObject }[] = [];
  for (const [name, { messages }] of Object.entries(recording(language).cases)) {
    for (const [index, message] of messages.entries()) {
      const json = wanted(message);
      if (json) found.push({ name: `${language} ${name} #${index}`, json });
    }
  }
  return found;
}

function recording(language: Language): Recording {
  const path = join('test', 'golden', 'wire', `${language}.json`);
  return JSON.parse(readFileSync(path, 'utf8')) as Recording;
}

/** The bytes of a recorded message. */
export function recordedBytes(schema: DescMessage, json: JsonObject): Uint8Array {
  return toBinary(schema, fromJson(schema, canonicalJson(schema, json)));
}

/** Recordings hold messages as plain objects; the JSON form of protobuf writes times and wrapped texts as texts. */
export function canonicalJson(schema: DescMessage, json: JsonObject): JsonObject {
  const fields = new Map(schema.fields.map((field) => [field.jsonName, field]));
  const result: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(json)) {
    const field = fields.get(key);
    if (field) result[key] = canonicalValue(field, value);
    // Older SDKs still name an application in places where newer schemas have nothing.
    else if (key !== 'router') throw new Error(`${schema.typeName} has no field "${key}"`);
  }
  return result;
}

function canonicalValue(field: DescField, value: JsonValue): JsonValue {
  const { message } = field;
  if (!message) return value;
  if (Array.isArray(value)) return value.map((item) => canonicalMessage(message, item));
  return canonicalMessage(message, value);
}

function canonicalMessage(schema: DescMessage, value: JsonValue): JsonValue {
  const json = value as JsonObject;
  if (schema.typeName === 'google.protobuf.StringValue') return json['value'] ?? '';
  if (schema.typeName === 'google.protobuf.Timestamp') return timeText(json);
  return canonicalJson(schema, json);
}

/** Times were made anonymous where they say nothing; such a one becomes a fixed time. */
function timeText({ seconds = '0', nanos = 0 }: JsonObject): string {
  if (seconds === '<s>') return '2026-11-24T08:00:00.123Z';
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  return typeof nanos === 'number' && nanos > 0 ? `${whole}.${`${nanos}`.padStart(9, '0')}Z` : `${whole}Z`;
}

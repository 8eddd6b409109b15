import { readFileSync } from 'node:fs';
import path from 'node:path';

/** One call of a transcript, and what the real runtime answered. */
export interface GoldenRecord {
  readonly case: string;
  readonly request: { readonly method: string; readonly message?: Json };
  readonly code: number;
  readonly body: Json | null;
  readonly getAfter?: Json;
  readonly note?: string;
}

export interface Json {
  readonly [key: string]: unknown;
}

export function readRecords(name: string): readonly GoldenRecord[] {
  const file = path.join(import.meta.dirname, '../../golden', `${name}.jsonl`);
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as GoldenRecord);
}

/** Year 1: how Dapr says that there is no time yet. */
const never = '0001-01-01T00:00:00Z';

/** The transcripts spell wrappers, times and bytes out; protobuf's JSON does not. */
export function protoJson(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith('b64:') ? value.slice(4) : value;
  if (Array.isArray(value)) return value.map(protoJson);
  if (typeof value !== 'object' || value === null) return value;
  const record = value as Json;
  const keys = Object.keys(record);
  if (keys.length === 1 && 'value' in record) return protoJson(record['value']);
  if ('seconds' in record) return timeOf(record['seconds'], record['nanos']);
  return Object.fromEntries(Object.entries(record).map(([key, each]) => [key, protoJson(each)]));
}

function timeOf(seconds: unknown, nanos: unknown): string {
  if (seconds === '-62135596800') return never;
  const ms = Number(seconds) * 1000 + Math.floor(Number(nanos ?? 0) / 1_000_000);
  return Number.isNaN(ms) ? '<time>' : new Date(ms).toISOString();
}

const time = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;
const id = /^([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Fields of our own (numbers from 1000 on), and those of a host that serves one app only, are not compared. */
const notCompared = new Set(['router', 'generation', 'rulesVersion', 'inline', 'ownReason']);
/** The stack is the worker's, with its paths; that there is one is compared. */
const stacks = new Set(['stackTrace', 'dapr.workflow.failure.stack_trace']);

/** What differs from run to run, levelled. */
export function comparable(value: unknown): unknown {
  if (typeof value === 'string') {
    if (time.test(value) && value !== never) return '<time>';
    return id.test(value) ? '<uuid>' : value;
  }
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !notCompared.has(key))
      .map(([key, each]) => [key, stacks.has(key) ? '<stack>' : comparable(each)]),
  );
}

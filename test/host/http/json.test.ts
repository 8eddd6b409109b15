import { describe, expect, test } from '@jest/globals';
import { assert, constantFrom, json as anyJson, nat, property } from 'fast-check';
import { WorkflowError } from '../../../core/index.js';
import { isPlainJson, readControlBody } from '../../../host/http/json/read.js';
import { JsonScanner } from '../../../host/http/json/scan.js';
import { RawJson, writeJson } from '../../../host/http/json/write.js';

const free = { maxDepth: Infinity, strictNames: false };

function accepts(text: string): boolean {
  try {
    const scanner = new JsonScanner(text);
    scanner.value(free);
    scanner.expectEnd();
    return true;
  } catch {
    return false;
  }
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('the scanner accepts what JSON.parse accepts, and nothing else', () => {
  test.each([
    '',
    ' ',
    '1',
    '-1',
    '01',
    '-',
    '1.',
    '.5',
    '1.5e3',
    '1e',
    '1E+2',
    '+1',
    'NaN',
    'Infinity',
    '0x1',
    'true',
    'tru',
    'truex',
    'null',
    'nul',
    '""',
    '"a',
    '"\\n"',
    '"\\x"',
    '"\\u12"',
    '"\\u12g4"',
    '"\u0000"',
    '"\u2028"',
    '"\ud800"',
    '[',
    ']',
    '[]',
    '[1]',
    '[1,]',
    '[,1]',
    '[1 2]',
    '[1,2',
    '[[]]',
    '[}',
    '{}',
    '{"a":1}',
    '{"a":1,}',
    '{"a"}',
    '{"a":}',
    '{a:1}',
    '{"a":1 "b":2}',
    '{"a":1,"a":2}',
    '{]',
    '{"a":[{"b":null}]}',
    ' {"a" : 1 } ',
    '\t[\n1\r]',
    '\u00a01',
    '1 1',
    '\ufeff1',
    '"\\\\"',
    '"\\"',
    '[""]',
    '{"":""}',
  ])('%j', (text) => {
    expect(accepts(text)).toBe(parses(text));
  });

  test('on any JSON and on any damage to it', () => {
    assert(
      property(
        anyJson(),
        nat(),
        constantFrom('', ',', ':', '"', '{', '}', '[', ']', '\\', '0', ' ', 'e', '-', '\n', 'x'),
        (json, at, other) => {
          const place = at % (json.length + 1);
          const damaged = json.slice(0, place) + other + json.slice(place + 1);
          expect({ whole: accepts(json), damaged: accepts(damaged) }).toEqual({
            whole: true,
            damaged: parses(damaged),
          });
        },
      ),
      { numRuns: 3000 },
    );
  });
});

test('a payload keeps its bytes, a control member becomes its value', () => {
  assert(
    property(anyJson(), anyJson(), (payload, other) => {
      const text = `{ "input" : ${payload} , "rest" : [${other}] }`;
      let read;
      try {
        read = readControlBody(text, new Set(['input']));
      } catch {
        // Only names that could reach a prototype are refused in JSON that is well formed.
        return /proto/.test(other) || /constructor/.test(other);
      }
      expect(read.values).toEqual({ rest: [JSON.parse(other) as unknown] });
      return read.payloads.get('input') === payload.trim();
    }),
    { numRuns: 1000 },
  );
});

test.each([
  { depth: 64, code: undefined },
  { depth: 65, code: 'ERR_JSON_TOO_DEEP' },
])('a body may be 64 levels deep: $depth', ({ depth, code }) => {
  // The body's own object is the first level.
  const text = `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
  expect(refusal(() => readControlBody(text, new Set()))).toBe(code);
  const bare = '['.repeat(depth) + ']'.repeat(depth);
  expect(isPlainJson(bare)).toBe(code === undefined);
});

test('raw JSON is written as it is, absent members are left out', () => {
  const value = { a: new RawJson('{ "x": 1e400 }'), b: undefined, c: ['"', null, undefined], d: { e: true } };
  expect(writeJson(value)).toBe('{"a":{ "x": 1e400 },"c":["\\"",null,null],"d":{"e":true}}');
});

function refusal(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return WorkflowError.from(error).code;
  }
}

import { describe, expect, test } from '@jest/globals';
import { files, read } from './tree.js';

/**
 * What the host must do to be a drop-in for Dapr's clients is a list of numbered statements. Each has a test or a
 * conformance case that names its number: `statement 42`, `statements 44 and 45`, `statements 27-28`.
 */
// The last one speaks of other engines alone.
const last = 69;

describe('the statements of the Dapr specification', () => {
  test('each has a test that names its number', () => {
    const named = new Set<number>();
    for (const file of [...files('test', '.ts'), ...files('conformance', '.ts')]) {
      for (const [, list = ''] of read(file).matchAll(/statements? ((?:\d+(?:-\d+)?(?:, | and )?)+)/g)) {
        for (const [, from = '', to = from] of list.matchAll(/(\d+)(?:-(\d+))?/g)) {
          for (let number = Number(from); number <= Number(to); number += 1) named.add(number);
        }
      }
    }
    const missing = Array.from({ length: last }, (_unused, index) => index + 1).filter((number) => !named.has(number));
    expect(missing).toEqual([]);
  });
});

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const program = fileURLToPath(new URL('../../dist/test/sdk/support/stray-program.js', import.meta.url));

test('a rejection that nobody has handled fails the workflow that ends so, and nothing else', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [program]);
  expect(JSON.parse(stdout)).toEqual({
    'awaited later': 'caught',
    'never awaited': 'ActivityFailed',
    'an error of its own, never awaited': 'TypeError',
    'a call, never awaited': 'fine',
    'beside them': 'fine',
    'the process': 'not of a workflow',
  });
});

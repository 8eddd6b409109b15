import { describe, expect, test } from '@jest/globals';
import { runtimeStatuses, type RuntimeStatus } from '../../../core/index.js';
import { judge, verdict, type JudgedOperation } from '../../../core/orchestration/index.js';

const code: Readonly<Record<string, string>> = {
  A: 'accept',
  '-': 'drop',
  '=': 'done',
  X: 'ERR_INSTANCE_EXISTS',
  N: 'ERR_INSTANCE_NOT_CLOSED',
  S: 'ERR_INSTANCE_STALLED',
  '0': 'ERR_INSTANCE_NOT_FOUND',
};

/* prettier-ignore */
const expected: Readonly<Record<JudgedOperation, string>> = {
  // absent, then runtimeStatuses: PENDING RUNNING SUSPENDED COMPLETED FAILED TERMINATED CANCELED STALLED
  start:      'A XXX AAAA X',
  raiseEvent: '0 AAA ---- S',
  suspend:    '0 AA= ---- S',
  resume:     '0 ==A ---- S',
  terminate:  '0 AAA ==== S',
  purge:      '0 NNN AAAA S',
  rerun:      '0 NNN AAAA S',
};

const cases = Object.entries(expected).flatMap(([operation, row]) => {
  const cells = row.replaceAll(' ', '');
  return [undefined, ...runtimeStatuses].map((status: RuntimeStatus | undefined, index) => ({
    operation: operation as JudgedOperation,
    status,
    answer: code[cells[index] ?? ''] ?? '',
  }));
});

describe('the verdict table', () => {
  test('has a cell for every operation in every status', () => {
    expect(cases).toHaveLength(7 * 9);
  });

  test.each(cases)('$operation of an instance that is $status: $answer', ({ operation, status, answer }) => {
    const given = verdict(operation, status);
    expect(typeof given === 'object' ? given.refuse : given).toBe(answer);
  });

  test('a refusal is thrown with the id it is about', () => {
    expect(() => judge('raiseEvent', 'nobody', undefined)).toThrow(
      expect.objectContaining({
        code: 'ERR_INSTANCE_NOT_FOUND',
        params: expect.objectContaining({ instanceId: 'nobody' }),
      }),
    );
  });
});

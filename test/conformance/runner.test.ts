import { describe, expect, test } from '@jest/globals';
import { allCases, openComponent, runConformance } from '../../conformance/index.js';
import { factory as template } from '../../components/template/component.js';
import type { ComponentFactory } from '../../core/index.js';
import { profileOf } from './support/profiles.js';

interface Registered {
  readonly name: string;
  readonly run: () => Promise<void>;
  readonly timeoutMs: number;
}

/** A test runner that only remembers. */
function remembering(): { readonly tests: Registered[]; readonly test: (...args: RegisterArgs) => void } {
  const tests: Registered[] = [];
  return { tests, test: (name, run, timeoutMs) => void tests.push({ name, run, timeoutMs }) };
}
type RegisterArgs = readonly [name: string, run: () => Promise<void>, timeoutMs: number];

const selection = { match: 'get/' };

describe('the suite in a test runner of the author', () => {
  test('is one test for each case and door, with time enough for its waits', async () => {
    const { target, close } = await openComponent(template, { patienceMs: 2_000 });
    const { tests, test: register } = remembering();
    const { report } = runConformance({ test: register, target, selection });
    const cases = allCases.filter(({ id }) => id.includes('get/'));
    expect(tests.map(({ name }) => name)).toEqual(
      cases.map(({ id, promise }) => `${id} at the in-process door: ${promise}`),
    );
    expect(tests.every(({ timeoutMs }) => timeoutMs === 10_000)).toBe(true);
    for (const { run } of tests) await run();
    expect((await report()).counts).toMatchObject({ passed: cases.length, failed: 0, leftOut: 0 });
    await close();
  });

  test('fails the test of a promise that does not hold, and no other', async () => {
    const nameless: ComponentFactory = {
      ...template,
      create: (spec, context) => {
        const whole = template.create(spec, context);
        return { ...whole, get: async (request) => ({ ...(await whole.get(request)), workflowName: 'other' }) };
      },
    };
    const { target, close } = await openComponent(nameless);
    const { tests, test: register } = remembering();
    runConformance({ test: register, target, selection });
    const failures: string[] = [];
    for (const { run } of tests) await run().catch((error: Error) => failures.push(error.message));
    expect(failures).toEqual([expect.stringMatching(/^get\/fields: view: expected .*"echo".*, saw .*"other"/)]);
    await close();
  });

  test('has a test of what the profile expects, and lists what was left out', async () => {
    const { target, close } = await openComponent(template);
    const { tests, test: register } = remembering();
    const profile = { ...profileOf('template'), capabilities: [] };
    const { report } = runConformance({ test: register, target, profile, selection: { match: 'purge/by-filter' } });
    expect(tests).toHaveLength(1);
    await expect(tests[0]?.run()).rejects.toThrow('the component declares list, which its profile does not list');
    expect((await report()).counts.leftOutBecause).toEqual([
      { reason: 'the component declares that it lacks purgeByFilter', count: 1 },
    ]);
    await close();
  });
});

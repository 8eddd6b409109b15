import { beforeAll, describe, expect, test } from '@jest/globals';
import { openComponent, plan, runCase, suites, type CaseResult } from '../../../conformance/index.js';
import { factory as template } from '../../../components/template/component.js';
import { openMortalEngine } from '../support/mortal-engine.js';
import { plant, type Fault, type PlantedFault } from './fault.js';
import { crashFaults } from './faults/crashes.js';
import { eventFaults } from './faults/events.js';
import { familyFaults } from './faults/families.js';
import { operationFaults } from './faults/operations.js';
import { readingFaults } from './faults/reading.js';
import { valueFaults } from './faults/values.js';
import { workFaults } from './faults/work.js';

/**
 * Who guards the suite: an engine with one fault in it must fail at a named case, for a named reason, and pass that case
 * without the fault.
 */
const faults: readonly PlantedFault[] = [
  ...operationFaults,
  ...eventFaults,
  ...workFaults,
  ...familyFaults,
  ...readingFaults,
  ...valueFaults,
  ...crashFaults,
];

/** Many faults show as something that does not happen. */
const faultyPatienceMs = 4_000;
const soundPatienceMs = 60_000;
const atOnce = 16;

async function result(caseId: string, patienceMs: number, fault: Fault = {}): Promise<CaseResult> {
  const { target, close } = caseId.startsWith('crash/')
    ? await openMortalEngine(patienceMs, fault)
    : await openComponent(plant(template, fault), { patienceMs });
  try {
    const planned = plan(suites, target, { match: caseId }).find((one) => one.case.id === caseId);
    if (!planned) throw new Error(`there is no case ${caseId}`);
    return await runCase(planned, target);
  } finally {
    await close();
  }
}

/** All of them, a few at a time. */
async function each<T>(all: readonly T[], run: (one: T) => Promise<void>): Promise<void> {
  const queue = [...all];
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await run(next);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

describe('planted faults', () => {
  const faulty = new Map<string, CaseResult>();
  const sound = new Map<string, CaseResult>();

  beforeAll(async () => {
    await each([...new Set(faults.map(({ caughtBy }) => caughtBy))], async (id) => {
      sound.set(id, await result(id, soundPatienceMs));
    });
    await each(faults, async (fault) => {
      faulty.set(fault.name, await result(fault.caughtBy, faultyPatienceMs, fault));
    });
  }, 600_000);

  test('are many, each with a name of its own', () => {
    expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
    expect(faults.length).toBeGreaterThanOrEqual(40);
  });

  test.each(faults.map(({ name, caughtBy, because }) => ({ name, caughtBy, because })))(
    '$name: $caughtBy fails',
    ({ name, caughtBy, because }) => {
      expect(sound.get(caughtBy)).toMatchObject({ outcome: 'passed' });
      expect(faulty.get(name)).toMatchObject({ outcome: 'failed', reason: expect.stringContaining(because) });
    },
  );
});

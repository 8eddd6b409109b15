import { allCases, type CaseResult, type ConformanceReport, type Profile } from '../../../conformance/index.js';
import { reportOf } from '../../../conformance/report/report.js';
import { capabilityNames, type CapabilityName } from '../../../core/index.js';

export type Made = Pick<CaseResult, 'id' | 'door' | 'outcome'> & Partial<CaseResult>;

const everything = Object.fromEntries(capabilityNames.map((name) => [name, true])) as Record<CapabilityName, boolean>;

/** A result without running anything. */
export function made({ id, door, outcome, ...more }: Made): CaseResult {
  const known = allCases.find((one) => one.id === id);
  const { promise = 'A promise.', pins = '', level = 'core', storey = 'contract' } = known ?? {};
  return { id, promise, pins, level, storey, door, outcome, durationMs: 12.4, ...more };
}

/** Every case that is a promise, at one door. */
export function allPassed(door: CaseResult['door']): readonly CaseResult[] {
  return allCases.filter(({ lacks }) => lacks === undefined).map(({ id }) => made({ id, door, outcome: 'passed' }));
}

/** A report of results made up. */
export function reportWith(results: readonly CaseResult[], profile?: Profile): ConformanceReport {
  return reportOf({
    component: 'mine (disk)',
    capabilities: everything,
    results,
    startedAtMs: Date.UTC(2024, 0, 2, 3, 4, 5),
    durationMs: 61_234.5,
    ...(profile ? { profile } : {}),
  });
}

import type { OpenTarget } from './in-process/open-component.js';
import { judge, reportOf, type ConformanceReport } from './report/report.js';
import { capabilityComplaints, type Profile } from './profile.js';
import {
  plan,
  runCase,
  runPlan,
  waitsPerCase,
  type CaseResult,
  type ConformanceTarget,
  type Selection,
} from './run.js';
import { suitesWith } from './suites/index.js';

export interface CheckOptions {
  /** Name in the report. Default: the target's. */
  readonly name?: string;
  /** Absent: the manifest is taken at its word, and nothing is excused. */
  readonly profile?: Profile;
  readonly selection?: Selection;
  /** Cases at once. Default: the profile's, else 12. */
  readonly parallel?: number;
  /** Told of each result as it comes, in the light of the profile, with how many are planned. */
  readonly onResult?: (result: ReturnType<typeof judge>, planned: number) => void;
}

const defaultParallel = 12;

/** Opens a way into the component: in process, or over the wire. */
export type TargetOpener = () => Promise<OpenTarget>;

/**
 * Runs the suite on a component behind its doors, several cases at a time. Several ways into the component are opened,
 * run and closed one after the other; one report holds them all. Rejects when one cannot be opened or closed, never for
 * what a case finds.
 *
 * @example
 * const report = await checkConformance([() => openComponent(factory)]);
 */
export async function checkConformance(
  ways: readonly [TargetOpener, ...TargetOpener[]],
  options: CheckOptions = {},
): Promise<ConformanceReport> {
  const startedAtMs = Date.now();
  const begun = performance.now();
  const [first, ...others] = ways;
  const { name, capabilities, results } = await runWay(first, options);
  for (const open of others) results.push(...(await runWay(open, options)).results);
  return reportOf({
    component: options.name ?? name,
    ...(options.profile ? { profile: options.profile } : {}),
    capabilities,
    results,
    startedAtMs,
    durationMs: performance.now() - begun,
  });
}

interface WayRun extends Pick<ConformanceTarget, 'capabilities'> {
  readonly name: string;
  readonly results: CaseResult[];
}

async function runWay(open: TargetOpener, { profile, selection, parallel, onResult }: CheckOptions): Promise<WayRun> {
  const { target, close } = await open();
  const planned = plan(suitesWith(selection?.seeds), target, selection);
  const told = onResult ? { onResult: (one: CaseResult) => onResult(judge(one, profile), planned.length) } : {};
  try {
    const results = await runPlan(planned, target, {
      parallel: parallel ?? profile?.parallelism ?? defaultParallel,
      ...told,
    });
    return { name: target.component, capabilities: target.capabilities, results };
  } finally {
    await close();
  }
}

/** Registers one test: jest's `test`, `node:test`'s, or any function of this shape. */
export type RegisterTest = (name: string, run: () => Promise<void>, timeoutMs: number) => unknown;

export interface RunOptions extends Pick<CheckOptions, 'name' | 'profile' | 'selection'> {
  readonly test: RegisterTest;
  readonly target: ConformanceTarget;
}

/**
 * Registers the suite with a test runner, one test for each case and door; a test fails as the case does. What is left
 * out is not registered: `report`, once all have run, lists it with its reasons.
 *
 * @example
 * const { target, close } = await openComponent(factory);
 * runConformance({ test, target });
 * afterAll(close);
 */
export function runConformance(options: RunOptions): { readonly report: () => Promise<ConformanceReport> } {
  const { test, target, profile, selection } = options;
  const planned = plan(suitesWith(selection?.seeds), target, selection);
  const timeoutMs = target.patienceMs * (waitsPerCase + 1);
  const startedAtMs = Date.now();
  const results: CaseResult[] = [];
  const leftOut = planned.filter((one) => one.leftOut);
  for (const one of planned.filter((some) => !some.leftOut)) {
    const name = `${one.case.id} at the ${one.door} door: ${one.case.promise}`;
    const run = async (): Promise<void> => {
      const result = await runCase(one, target);
      results.push(result);
      const { outcome, reason } = judge(result, profile);
      if (outcome === 'failed') throw new Error(`${one.case.id}: ${reason}`);
    };
    test(name, run, timeoutMs);
  }
  if (profile) test('the component declares what its profile expects', () => declares(profile, target), timeoutMs);
  const report = async (): Promise<ConformanceReport> =>
    reportOf({
      component: options.name ?? target.component,
      ...(profile ? { profile } : {}),
      capabilities: target.capabilities,
      results: [...results, ...(await Promise.all(leftOut.map((one) => runCase(one, target))))],
      startedAtMs,
      durationMs: Date.now() - startedAtMs,
    });
  return { report };
}

async function declares(profile: Profile, { capabilities }: ConformanceTarget): Promise<void> {
  const complaints = capabilityComplaints(profile, capabilities);
  if (complaints.length > 0) throw new Error(`the component ${complaints.join('; ')}`);
}

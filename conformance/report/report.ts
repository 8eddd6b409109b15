import type { CapabilityName } from '../../core/index.js';
import type { ConformanceCase } from '../case.js';
import { doorNames, type DoorName } from '../door.js';
import { capabilityComplaints, deviationOf, matches, type Profile } from '../profile.js';
import type { CaseResult } from '../run.js';
import { allCases } from '../suites/index.js';
import { reportFormat } from './format.js';

/** `deviating`: fails, as its profile says it does. */
export type Verdict = 'passed' | 'failed' | 'deviating' | 'left out';

export interface ReportedCase extends Omit<CaseResult, 'outcome'> {
  readonly outcome: Verdict;
  readonly deviation?: { readonly reason: string; readonly link: string };
}

/**
 * `core`: all core promises hold, apart from declared lacks. `full`: all promises hold, and nothing is lacking. What a
 * target that cannot be killed does not show counts neither way.
 */
export type ReachedLevel = 'full' | 'core' | 'none';

export interface Counts {
  /** Different cases. */
  readonly cases: number;
  readonly doors: number;
  readonly passed: number;
  readonly failed: number;
  readonly deviating: number;
  readonly leftOut: number;
  /** The reasons of what was left out, the commonest first. */
  readonly leftOutBecause: readonly { readonly reason: string; readonly count: number }[];
}

/** A case whose outcome depends on the door. */
export interface DoorDifference {
  readonly id: string;
  readonly outcomes: Readonly<Partial<Record<DoorName, Verdict>>>;
}

/** What a run of the suite on one component found; see `docs/schema/conformance-report.json`. */
export interface ConformanceReport {
  readonly format: typeof reportFormat;
  /** The component, with the variant of its profile: `builtin (sqlite)`. */
  readonly component: string;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly level: ReachedLevel;
  readonly counts: Counts;
  readonly capabilities: Readonly<Record<CapabilityName, boolean>>;
  /** What is wrong beside single cases: the manifest or the run does not fit the profile. */
  readonly complaints: readonly string[];
  readonly differences: readonly DoorDifference[];
  readonly results: readonly ReportedCase[];
}

/** What a report is made of. */
export interface Findings {
  readonly component: string;
  readonly profile?: Profile;
  readonly capabilities: Readonly<Record<CapabilityName, boolean>>;
  readonly results: readonly CaseResult[];
  /** Epoch ms. */
  readonly startedAtMs: number;
  readonly durationMs: number;
}

export function reportOf(findings: Findings): ConformanceReport {
  const { component, profile, capabilities, startedAtMs, durationMs } = findings;
  const results = findings.results.map((result) => judge(result, profile)).toSorted(byCaseAndDoor);
  const complaints = profile ? complaintsOf(profile, findings) : [];
  const counts = countsOf(results);
  return {
    format: reportFormat,
    component,
    startedAt: new Date(startedAtMs).toISOString(),
    durationMs: Math.round(durationMs),
    level: complaints.length > 0 || counts.failed > 0 ? 'none' : levelOf(results),
    counts,
    capabilities,
    complaints,
    differences: differencesOf(results),
    results,
  };
}

/** Whether nothing went wrong that was not announced. */
export function isGreen({ counts, complaints }: Pick<ConformanceReport, 'counts' | 'complaints'>): boolean {
  return counts.failed === 0 && complaints.length === 0;
}

/** A result in the light of the profile: what was announced to fail must fail. */
export function judge(result: CaseResult, profile: Profile | undefined): ReportedCase {
  const { outcome, ...rest } = { ...result, durationMs: Math.round(result.durationMs) };
  const deviation = deviationOf(profile, result.id, result.door);
  if (!deviation || outcome === 'left out') return { ...rest, outcome };
  const { reason, link } = deviation;
  if (outcome === 'failed') return { ...rest, outcome: 'deviating', deviation: { reason, link } };
  return { ...rest, outcome: 'failed', reason: `passes, though its profile says that it deviates (${reason})` };
}

function complaintsOf(profile: Profile, { capabilities, durationMs }: Findings): readonly string[] {
  const { deviations = [], budgetMs } = profile;
  const pointless = deviations.filter(({ cases }) => !allCases.some(({ id }) => matches(cases, id)));
  return [
    ...capabilityComplaints(profile, capabilities),
    ...pointless.map(({ cases }) => `the profile has a deviation for "${cases}", which is no case`),
    ...(budgetMs !== undefined && durationMs > budgetMs
      ? [`took ${Math.round(durationMs)} ms, more than the ${budgetMs} ms its profile allows`]
      : []),
  ];
}

function countsOf(results: readonly ReportedCase[]): Counts {
  const count = (outcome: Verdict): number => results.filter((result) => result.outcome === outcome).length;
  const reasons = new Map<string, number>();
  for (const { outcome, reason = '' } of results) {
    if (outcome === 'left out') reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  return {
    cases: new Set(results.map(({ id }) => id)).size,
    doors: new Set(results.map(({ door }) => door)).size,
    passed: count('passed'),
    failed: count('failed'),
    deviating: count('deviating'),
    leftOut: count('left out'),
    leftOutBecause: [...reasons]
      .map(([reason, times]) => ({ reason, count: times }))
      .sort((one, other) => other.count - one.count || one.reason.localeCompare(other.reason)),
  };
}

function levelOf(results: readonly ReportedCase[]): ReachedLevel {
  const byCase = groupById(results);
  const promises = allCases.filter(({ lacks }) => lacks === undefined);
  const holds = ({ id }: ConformanceCase, lackIsFine: boolean): boolean => {
    const seen = byCase.get(id) ?? [];
    if (seen.some(({ outcome }) => outcome === 'failed' || outcome === 'deviating')) return false;
    return seen.some(
      ({ outcome, leftOutBy }) =>
        outcome === 'passed' || leftOutBy === 'target' || (lackIsFine && leftOutBy === 'component'),
    );
  };
  if (promises.every((one) => holds(one, false))) return 'full';
  return promises.filter(({ level }) => level === 'core').every((one) => holds(one, true)) ? 'core' : 'none';
}

function differencesOf(results: readonly ReportedCase[]): readonly DoorDifference[] {
  const ran = results.filter(({ outcome }) => outcome !== 'left out');
  return [...groupById(ran)]
    .filter(([, some]) => new Set(some.map(({ outcome }) => outcome)).size > 1)
    .map(([id, some]) => ({ id, outcomes: Object.fromEntries(some.map(({ door, outcome }) => [door, outcome])) }));
}

function groupById(results: readonly ReportedCase[]): ReadonlyMap<string, readonly ReportedCase[]> {
  const groups = new Map<string, ReportedCase[]>();
  for (const result of results) {
    const group = groups.get(result.id);
    if (group) group.push(result);
    else groups.set(result.id, [result]);
  }
  return groups;
}

const orderOfCases = new Map(allCases.map(({ id }, index) => [id, index]));

function byCaseAndDoor(one: ReportedCase, other: ReportedCase): number {
  const place = ({ id }: ReportedCase): number => orderOfCases.get(id) ?? orderOfCases.size;
  return (
    place(one) - place(other) ||
    one.id.localeCompare(other.id) ||
    doorNames.indexOf(one.door) - doorNames.indexOf(other.door)
  );
}

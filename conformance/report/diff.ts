import type { DoorName } from '../door.js';
import type { ConformanceReport, ReportedCase, Verdict } from './report.js';

/** A case at a door whose outcome is not what it was. */
export interface Change {
  readonly id: string;
  readonly door: DoorName;
  /** `absent`: the report has no such result. */
  readonly before: Verdict | 'absent';
  readonly after: Verdict | 'absent';
  /** It held, and does not hold or is not shown any more. */
  readonly worse: boolean;
}

/** What changed from one report to another; times and reasons are not compared. */
export function changesBetween(before: ConformanceReport, after: ConformanceReport): readonly Change[] {
  const old = outcomesOf(before);
  const fresh = outcomesOf(after);
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((key) => {
    const one = old.get(key);
    const other = fresh.get(key);
    const place = one ?? other;
    if (!place || one?.outcome === other?.outcome) return [];
    const outcomes = { before: one?.outcome ?? 'absent', after: other?.outcome ?? 'absent' } as const;
    const worse = outcomes.after === 'failed' || outcomes.before === 'passed';
    return [{ id: place.id, door: place.door, ...outcomes, worse }];
  });
}

function outcomesOf({ results }: ConformanceReport): ReadonlyMap<string, ReportedCase> {
  return new Map(results.map((result) => [`${result.door} ${result.id}`, result]));
}

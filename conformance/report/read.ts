import { BrokenDocument, problemsOf } from '../schema/check.js';
import { reportSchema } from '../schema/report-schema.js';
import type { ConformanceReport } from './report.js';

/** A report from what its file holds. `source` names the file in messages. Throws `BrokenDocument`. */
export function readReport(value: unknown, source: string): ConformanceReport {
  const problems = problemsOf(value, reportSchema);
  if (problems.length === 0) return value as ConformanceReport;
  const more = problems.length > 5 ? `; and ${problems.length - 5} more` : '';
  throw new BrokenDocument(`report ${source}: ${problems.slice(0, 5).join('; ')}${more}`);
}

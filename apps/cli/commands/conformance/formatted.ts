import type { ConformanceReport } from '../../../../conformance/index.js';
import { usage } from '../../failure.js';
import type { SuiteModule } from './with-suite.js';

export type ReportFormat = 'text' | 'markdown' | 'junit' | 'json' | 'badge';

/** Reports as they are printed. Throws a usage failure for a badge of several. */
export function formatted(suite: SuiteModule, format: ReportFormat, reports: readonly ConformanceReport[]): string {
  const [only, ...others] = reports;
  switch (format) {
    case 'text':
      return reports.map(suite.summaryOf).join('\n');
    case 'markdown':
      return suite.markdownMatrix(reports);
    case 'junit':
      return suite.junitXml(reports);
    case 'json':
      return `${JSON.stringify(reports.length === 1 ? only : reports, undefined, 2)}\n`;
    case 'badge':
      if (!only || others.length > 0) throw usage('a badge is made of one report');
      return suite.badgeSvg(only);
  }
}

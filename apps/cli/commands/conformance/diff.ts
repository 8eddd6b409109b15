import type { Change } from '../../../../conformance/index.js';
import type { ExitName } from '../../exit-codes.js';
import { usage } from '../../failure.js';
import { paintFor } from '../../output/style.js';
import { renderTable, type Column } from '../../output/table.js';
import type { Terminal } from '../../terminal.js';
import type { Action } from '../action.js';
import { readReports } from './files.js';
import { withSuite, type SuiteModule } from './with-suite.js';

const columns: readonly Column<Change>[] = [
  { id: 'case', cell: (row) => row.id },
  { id: 'door', cell: (row) => row.door },
  { id: 'before', cell: (row) => row.before },
  { id: 'after', cell: (row) => row.after, tint: (row) => (row.worse ? 'bad' : 'good') },
];

export const diff: Action<'conformance diff'> = ({ flags, args, terminal }) =>
  withSuite(async (suite) => {
    const { workflow } = flags;
    if (workflow === undefined) return diffReports(suite, args.report, flags.color, terminal);
    if (args.report.length > 0) throw usage('--workflow compares components, and reports are given as well');
    const { diffWorkflow } = await import('./diff-workflow.js');
    return diffWorkflow(suite, { ...flags, workflow }, terminal);
  });

async function diffReports(
  suite: SuiteModule,
  paths: readonly string[],
  color: 'auto' | 'always' | 'never',
  terminal: Terminal,
): Promise<ExitName> {
  const [before, after, ...others] = await readReports(suite, paths, terminal);
  if (!before || !after || others.length > 0) {
    throw usage(`two reports are compared, ${paths.length} given`, 'Or a workflow: --workflow FILE.');
  }
  const changes = suite.changesBetween(before, after);
  if (changes.length === 0) terminal.err('No outcome differs.\n');
  else terminal.out(renderTable(columns, changes, paintFor(color, terminal.isTty, terminal.env), true));
  return changes.some(({ worse }) => worse) ? 'conformance' : 'ok';
}

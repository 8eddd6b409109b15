import type { Action } from '../action.js';
import { readReports } from './files.js';
import { formatted } from './formatted.js';
import { withSuite } from './with-suite.js';

export const report: Action<'conformance report'> = ({ flags, args, terminal }) =>
  withSuite(async (suite) => {
    terminal.out(formatted(suite, flags.format, await readReports(suite, args.file, terminal)));
    return 'ok' as const;
  });

import type { ConformanceCase } from '../../../../conformance/index.js';
import { Printer } from '../../output/printer.js';
import type { Column } from '../../output/table.js';
import type { Action } from '../action.js';
import { withSuite } from './with-suite.js';

interface Row extends Pick<ConformanceCase, 'id' | 'level' | 'storey' | 'pins' | 'promise'> {
  readonly needs: readonly string[];
}

const columns: readonly Column<Row>[] = [
  { id: 'id', cell: (row) => row.id },
  { id: 'level', cell: (row) => row.level },
  { id: 'storey', wide: true, cell: (row) => row.storey },
  { id: 'needs', wide: true, cell: (row) => row.needs.join(' ') },
  { id: 'pins', wide: true, cell: (row) => row.pins },
  { id: 'promise', cell: (row) => row.promise },
];

export const list: Action<'conformance list'> = ({ flags, terminal }) =>
  withSuite(async ({ allCases }) => {
    const printer = new Printer(flags, terminal);
    printer.check(columns);
    const { level, match = '' } = flags;
    const rows = allCases
      .filter((one) => (level === 'full' || one.level === 'core') && one.id.includes(match))
      .map(({ id, level: of, storey, needs, pins, promise }): Row => ({
        id,
        level: of,
        storey,
        needs: needs ?? [],
        pins,
        promise,
      }));
    await printer.rows(rows, columns, ({ id }) => id);
    return 'ok' as const;
  });

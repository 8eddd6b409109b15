import { Workflows } from '../api/workflows.js';
import type { Summary } from '../api/shapes.js';
import { Printer } from '../output/printer.js';
import { summaryColumns } from '../views.js';
import type { Action } from './action.js';

export const list: Action<'workflow list'> = async ({ flags, terminal }) => {
  const printer = new Printer(flags, terminal);
  const columns = summaryColumns(printer.time);
  printer.check(columns);
  const workflows = await Workflows.connect(flags, terminal);
  const limit = flags.limit ?? Number.POSITIVE_INFINITY;
  const pages = workflows.pages({
    status: flags['filter-status'],
    ...(flags['filter-name'] === undefined ? {} : { workflowName: flags['filter-name'] }),
    ...(flags['filter-prefix'] === undefined ? {} : { instanceIdPrefix: flags['filter-prefix'] }),
    ...(flags['filter-max-age'] === undefined ? {} : { createdFromMs: flags['filter-max-age'] }),
    pageSize: Math.min(flags['page-size'], limit),
  });
  const kept: Summary[] = [];
  let count = 0;
  for await (const page of pages) {
    const rows = page.slice(0, limit - count);
    count += rows.length;
    if (printer.streams) await printer.rows(rows, columns, idOf);
    else kept.push(...rows);
    if (count >= limit) break;
  }
  if (count === 0 && printer.forPeople) terminal.err('No instances.\n');
  else if (!printer.streams) await printer.rows(kept, columns, idOf);
  return 'ok';
};

function idOf(row: Summary): string {
  return row.instanceId;
}

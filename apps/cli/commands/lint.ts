import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Finding } from '../../../host/index.js';
import { CliFailure } from '../failure.js';
import { Printer } from '../output/printer.js';
import type { Column } from '../output/table.js';
import type { Tint } from '../output/style.js';
import type { Terminal } from '../terminal.js';
import type { Action } from './action.js';
import { withHost } from './with-host.js';

const tints = { error: 'bad', warning: 'waiting', info: 'dim' } as const satisfies Record<Finding['severity'], Tint>;

const columns: readonly Column<Finding>[] = [
  { id: 'place', cell: placeOf },
  { id: 'severity', cell: (row) => row.severity, tint: (row) => tints[row.severity] },
  { id: 'message', cell: (row) => (row.hint === undefined ? row.message : `${row.message} (${row.hint})`) },
];

export const lint: Action<'lint'> = async ({ flags, args, terminal }) => {
  const printer = new Printer(flags, terminal);
  printer.check(columns);
  await Promise.all(args.path.map((path) => mustExist(path, terminal)));
  const findings = await withHost(({ lintFiles }) => lintFiles(args.path, { env: terminal.env, cwd: terminal.cwd }));
  if (findings.length > 0 || !printer.forPeople) await printer.rows(findings, columns, placeOf);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  if (printer.forPeople) terminal.err(summary(errors, findings.length - errors));
  return errors > 0 ? 'lintErrors' : 'ok';
};

function placeOf({ file, line, column }: Finding): string {
  return `${file}:${line}:${column}`;
}

/** A path that is not there is a typing error, not a clean folder. */
async function mustExist(path: string, terminal: Terminal): Promise<void> {
  await stat(resolve(terminal.cwd, path)).catch((error: unknown) => {
    throw new CliFailure('notFound', `there is no file or folder "${path}"`, { cause: error });
  });
}

function summary(errors: number, others: number): string {
  if (errors + others === 0) return 'Nothing to complain about.\n';
  return `${errors} ${errors === 1 ? 'error' : 'errors'}, ${others} ${others === 1 ? 'remark' : 'remarks'}.\n`;
}

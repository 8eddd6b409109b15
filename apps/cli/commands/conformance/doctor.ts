import type { Check } from '../../../../conformance/index.js';
import type { ExitName } from '../../exit-codes.js';
import { usage } from '../../failure.js';
import { Printer } from '../../output/printer.js';
import type { Column } from '../../output/table.js';
import type { Values } from '../../table/commands.js';
import type { Action } from '../action.js';
import { withSuite, type SuiteModule } from './with-suite.js';

const columns: readonly Column<Check>[] = [
  { id: 'check', cell: (row) => row.name },
  { id: 'ok', cell: (row) => (row.ok ? 'yes' : 'NO'), tint: (row) => (row.ok ? 'good' : 'bad') },
  { id: 'detail', cell: (row) => row.detail },
];

export const doctor: Action<'conformance doctor'> = ({ flags, terminal }) =>
  withSuite(async (suite) => {
    const printer = new Printer(flags, terminal);
    printer.check(columns);
    const { checks, exit } = await examine(suite, flags);
    await printer.rows(checks, columns, ({ name }) => name);
    return exit;
  });

async function examine(
  suite: SuiteModule,
  flags: Values<'conformance doctor'>['flags'],
): Promise<{ readonly checks: readonly Check[]; readonly exit: ExitName }> {
  const { http, grpc, component, 'api-token': apiToken, patience } = flags;
  if (grpc === undefined) {
    throw usage("--grpc is missing: the suite's worker connects there", 'Write it like --grpc 127.0.0.1:50001.');
  }
  const described = http === undefined ? undefined : await suite.describeRemote(http, component, apiToken);
  const { target, close } = await suite.openRemote({
    grpc,
    patienceMs: patience,
    ...(http === undefined ? {} : { http }),
    ...(component === undefined ? {} : { component }),
    ...(apiToken === undefined ? {} : { apiToken }),
  });
  try {
    const has = Object.entries(target.capabilities).flatMap(([name, yes]) => (yes ? [name] : []));
    const lacks = Object.entries(target.capabilities).flatMap(([name, yes]) => (yes ? [] : [name]));
    const workflows = await suite.tryDoors(target);
    const checks: readonly Check[] = [
      { name: 'addresses', ok: true, detail: [http, grpc].filter(Boolean).join(', ') },
      {
        name: 'component',
        ok: true,
        detail: described
          ? `${described.name}: ${described.type}/${described.version}`
          : 'the server does not describe it; it is taken for one of Dapr',
      },
      { name: 'capabilities', ok: true, detail: has.join(', ') },
      { name: 'declared lacks', ok: true, detail: lacks.join(', ') || 'none' },
      ...workflows,
    ];
    return { checks, exit: workflows.every(({ ok }) => ok) ? 'ok' : 'conformance' };
  } finally {
    await close();
  }
}

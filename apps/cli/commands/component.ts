import { Connection } from '../api/connection.js';
import { checkIdentity } from '../api/identity.js';
import type { Component } from '../api/shapes.js';
import { capabilityNames } from '../../../core/capabilities.js';
import { CliFailure } from '../failure.js';
import { nearest } from '../parse/suggest.js';
import type { ServerFlags } from '../api/connection.js';
import { Printer } from '../output/printer.js';
import type { Column } from '../output/table.js';
import type { Terminal } from '../terminal.js';
import { componentColumns, componentDetails } from '../views.js';
import type { Action } from './action.js';

export const list: Action<'component list'> = async ({ flags, terminal }) => {
  const printer = new Printer(flags, terminal);
  printer.check(componentColumns);
  await printer.rows(await components(flags, terminal), componentColumns, ({ name }) => name);
  return 'ok';
};

export const describe: Action<'component describe'> = async ({ flags, args, terminal }) => {
  const printer = new Printer(flags, terminal);
  printer.check(componentDetails);
  const component = pick(await components(flags, terminal), args.component);
  await printer.record(component, componentDetails, component.name);
  return 'ok';
};

export const capabilities: Action<'component capabilities'> = async ({ flags, args, terminal }) => {
  const printer = new Printer(flags, terminal);
  const all = await components(flags, terminal);
  const shown = args.component === undefined ? all : [pick(all, args.component)];
  const rows = capabilityNames.map((capability) => ({
    capability,
    components: Object.fromEntries(shown.map(({ name, capabilities: has }) => [name, has[capability]])),
  }));
  type Row = (typeof rows)[number];
  const columns: readonly Column<Row>[] = [
    { id: 'capability', cell: (row) => row.capability },
    ...shown.map(({ name }): Column<Row> => ({
      id: name,
      cell: (row) => (row.components[name] ? 'yes' : 'no'),
      tint: (row) => (row.components[name] ? 'good' : 'dim'),
    })),
  ];
  await printer.rows(rows, columns, ({ capability }) => capability);
  return 'ok';
};

async function components(flags: ServerFlags, terminal: Terminal): Promise<readonly Component[]> {
  const connection = new Connection(flags, terminal);
  await checkIdentity(connection, flags);
  const answer = await connection.call<{ components: readonly Component[] }>('GET', '/v1/components');
  return answer.components;
}

/** By name, or the default one. */
function pick(all: readonly Component[], name: string | undefined): Component {
  const found = all.find((component) =>
    name === undefined || name === 'default' ? component.isDefault : component.name === name,
  );
  if (found) return found;
  const near = nearest(
    name ?? '',
    all.map((component) => component.name),
  );
  throw new CliFailure('notFound', `no component is called "${name ?? 'default'}"`, {
    remedy: near ? `Did you mean "${near}"?` : 'See wfhost component list.',
  });
}

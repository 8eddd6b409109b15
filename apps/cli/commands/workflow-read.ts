import { Workflows } from '../api/workflows.js';
import { Printer } from '../output/printer.js';
import { eventNumber, historyColumns, instanceColumns } from '../views.js';
import type { Action } from './action.js';

export const get: Action<'workflow get'> = async ({ flags, args, terminal }) => {
  const printer = new Printer(flags, terminal);
  const columns = instanceColumns(printer.time);
  printer.check(columns);
  const workflows = await Workflows.connect(flags, terminal);
  const instance = await workflows.get(args['instance-id']);
  await printer.record(instance, columns, instance.instanceId);
  return 'ok';
};

export const history: Action<'workflow history'> = async ({ flags, args, terminal }) => {
  const printer = new Printer(flags, terminal);
  const columns = historyColumns(printer.time);
  printer.check(columns);
  const workflows = await Workflows.connect(flags, terminal);
  const events = await workflows.history(args['instance-id']);
  if (events.length === 0 && printer.forPeople) terminal.err('Nothing has happened yet.\n');
  else await printer.rows(events, columns, (event) => String(eventNumber(event) ?? ''));
  return 'ok';
};

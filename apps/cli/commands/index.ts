import type { ExitName } from '../exit-codes.js';
import type { Parsed } from '../parse/parse.js';
import type { CommandName } from '../table/commands.js';
import type { Terminal } from '../terminal.js';
import type { Action } from './action.js';

/** Each command's code, loaded when it is asked for, so that the small ones start fast. */
const actions: { readonly [N in CommandName]: () => Promise<Action<N>> } = {
  run: async () => (await import('./run.js')).run,
  dev: async () => (await import('./dev.js')).dev,
  lint: async () => (await import('./lint.js')).lint,
  schema: async () => (await import('./schema.js')).schema,
  'workflow list': async () => (await import('./workflow-list.js')).list,
  'workflow get': async () => (await import('./workflow-read.js')).get,
  'workflow history': async () => (await import('./workflow-read.js')).history,
  'workflow show': async () => (await import('./workflow-show.js')).show,
  'workflow wait': async () => (await import('./workflow-run.js')).wait,
  'workflow run': async () => (await import('./workflow-run.js')).run,
  'workflow raise-event': async () => (await import('./workflow-act.js')).raiseEvent,
  'workflow suspend': async () => (await import('./workflow-act.js')).suspend,
  'workflow resume': async () => (await import('./workflow-act.js')).resume,
  'workflow terminate': async () => (await import('./workflow-act.js')).terminate,
  'workflow rerun': async () => (await import('./workflow-run.js')).rerun,
  'workflow purge': async () => (await import('./workflow-purge.js')).purge,
  'component list': async () => (await import('./component.js')).list,
  'component describe': async () => (await import('./component.js')).describe,
  'component capabilities': async () => (await import('./component.js')).capabilities,
  'conformance run': async () => (await import('./conformance/run.js')).run,
  'conformance list': async () => (await import('./conformance/list.js')).list,
  'conformance doctor': async () => (await import('./conformance/doctor.js')).doctor,
  'conformance report': async () => (await import('./conformance/report.js')).report,
  'conformance diff': async () => (await import('./conformance/diff.js')).diff,
  completion: async () => (await import('./completion.js')).completion,
  version: async () => (await import('./version.js')).version,
};

type UntypedAction = (context: Pick<Parsed, 'flags' | 'args'> & { readonly terminal: Terminal }) => Promise<ExitName>;

/** Runs a command's action with what was parsed by its own row: here the table's shape is taken on trust. */
export async function act(name: CommandName, { flags, args }: Parsed, terminal: Terminal): Promise<ExitName> {
  const action = (await actions[name]()) as unknown as UntypedAction;
  return action({ flags, args, terminal });
}

import type { ExitName } from '../exit-codes.js';
import type { CommandName, Values } from '../table/commands.js';
import type { Terminal } from '../terminal.js';

/** What an action gets: its values, typed by its row of the table, and the world. */
export interface Context<N extends CommandName> extends Values<N> {
  readonly terminal: Terminal;
}

/** Does what the command says; its answer becomes the exit code. Throws `CliFailure`s. */
export type Action<N extends CommandName> = (context: Context<N>) => Promise<ExitName>;

/** Each command's code, loaded when it is asked for, so that the small ones start fast. */
const actions: { readonly [N in CommandName]: () => Promise<Action<N>> } = {
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
  completion: async () => (await import('./completion.js')).completion,
  version: async () => (await import('./version.js')).version,
};

export async function actionOf<N extends CommandName>(name: N): Promise<Action<N>> {
  return actions[name]();
}

import type { ExitName } from '../exit-codes.js';
import type { CommandName, Values } from '../table/commands.js';
import type { Terminal } from '../terminal.js';

/** What an action gets: its values, typed by its row of the table, and the world. */
export interface Context<N extends CommandName> extends Values<N> {
  readonly terminal: Terminal;
}

/** Does what the command says; its answer becomes the exit code. Throws `CliFailure`s. */
export type Action<N extends CommandName> = (context: Context<N>) => Promise<ExitName>;

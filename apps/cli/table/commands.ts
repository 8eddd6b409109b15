import { helpFlag, outputFlags, serverFlags } from './flags.js';
import type { ArgValues, CommandSpec, FlagValues, GroupSpec } from './spec.js';
import { workflowCommands } from './workflow-commands.js';

const otherCommands = {
  'component list': {
    summary: 'List the loaded workflow components.',
    aliases: ['ls'],
    args: [],
    flags: { ...outputFlags, ...serverFlags },
    examples: ['component list', 'component ls -o json'],
  },
  'component describe': {
    summary: 'Show what a component is, can do and is bound by.',
    args: [{ name: 'component', help: 'Name of the component; the default one otherwise.', optional: true }],
    flags: { ...outputFlags, ...serverFlags },
    examples: ['component describe', 'component describe builtin -o yaml'],
  },
  'component capabilities': {
    summary: 'Show which capabilities each component has.',
    args: [{ name: 'component', help: 'Only this one.', optional: true }],
    flags: { ...outputFlags, ...serverFlags },
    examples: ['component capabilities', 'component capabilities builtin -o json'],
  },
  completion: {
    summary: 'Print the completion script of a shell.',
    args: [{ name: 'shell', help: 'Which one.', choices: ['bash', 'zsh', 'fish', 'powershell'] }],
    flags: {},
    examples: ['completion bash > /etc/bash_completion.d/wfhost', 'completion zsh > "${fpath[1]}/_wfhost"'],
  },
  version: {
    summary: 'Print the version.',
    args: [],
    flags: {},
    examples: ['version'],
  },
} as const satisfies Record<string, CommandSpec>;

/** Every command by its path. The order is that of the help. */
export const commands = { ...workflowCommands, ...otherCommands } as const;

export const groups = {
  workflow: { summary: 'Start, look at and steer instances.', aliases: ['wf', 'work'] },
  component: { summary: 'Look at the loaded workflow components.', aliases: [] },
} as const satisfies Record<string, GroupSpec>;

export type CommandName = keyof typeof commands;

export const commandNames = Object.keys(commands) as readonly CommandName[];

/** What an action gets: the parsed values of its own flags and arguments. */
export interface Values<N extends CommandName> {
  readonly flags: FlagValues<(typeof commands)[N]['flags']>;
  readonly args: ArgValues<(typeof commands)[N]['args']>;
}

/** The table seen without its literal types. */
export function specOf(name: CommandName): CommandSpec {
  return commands[name];
}

/** All flags of a command, the help flag included. */
export function flagsOf(name: CommandName): CommandSpec['flags'] {
  return { ...specOf(name).flags, ...helpFlag };
}

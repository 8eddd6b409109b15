import { conformanceCommands } from './conformance-commands.js';
import { helpFlag, outputFlags, serverFlags } from './flags.js';
import { hostFlags } from './host-flags.js';
import type { ArgValues, CommandSpec, FlagValues, GroupSpec } from './spec.js';
import { workflowCommands } from './workflow-commands.js';

/** Commands that are or need a host in this process. */
const hostCommands = {
  run: {
    summary: 'Run a host: the flags of the Dapr sidecar, where they exist there.',
    details: 'Order: flag, environment, file, default. Ends on Ctrl-C after draining; a second Ctrl-C ends it at once.',
    args: [],
    flags: {
      ...hostFlags,
      'dapr-cli-compat': {
        kind: 'switch',
        help: 'Run in a process named daprd, where "dapr workflow" and "dapr list" find it.',
      },
    },
    examples: ['run', 'run --resources-path ./components --config ./config.yaml --app-id orders', 'run -H 0 -G 0'],
  },
  dev: {
    summary: 'Run a host and your workers in one terminal.',
    details:
      'Each --worker is a command line for the shell. It finds the host through DAPR_HTTP_PORT, DAPR_GRPC_PORT and ' +
      'WFHOST_SERVER. A worker that ends is started again, with growing pauses; the host goes on.',
    args: [],
    flags: {
      worker: {
        kind: 'text',
        short: 'w',
        value: 'COMMAND',
        repeatable: true,
        help: 'Worker to run beside the host; can be given more than once.',
      },
      watch: {
        kind: 'text',
        value: 'DIR',
        repeatable: true,
        completes: 'directory',
        help: 'Start the workers again when a file below this folder changes; can be given more than once.',
      },
      ...hostFlags,
    },
    examples: ['dev', 'dev --worker "node dist/worker.js" --watch dist', 'dev -w "node a.js" -w "python b.py"'],
  },
  lint: {
    summary: 'Check component and configuration files.',
    details: 'Exits 12 when there are errors, 3 when a path does not exist.',
    args: [{ name: 'path', help: 'Files or folders.', repeatable: true, completes: 'file' }],
    flags: outputFlags,
    examples: ['lint components', 'lint components config.yaml -o json'],
  },
  schema: {
    summary: 'Print or write the JSON Schema of component files, for editors.',
    args: [],
    flags: {
      write: { kind: 'text', value: 'FILE', completes: 'file', help: 'Write it there instead of printing it.' },
    },
    examples: ['schema', 'schema --write .wfhost/schema.json'],
  },
} as const satisfies Record<string, CommandSpec>;

const componentCommands = {
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
} as const satisfies Record<string, CommandSpec>;

const otherCommands = {
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
export const commands = {
  ...hostCommands,
  ...workflowCommands,
  ...componentCommands,
  ...conformanceCommands,
  ...otherCommands,
} as const;

export const groups = {
  workflow: { summary: 'Start, look at and steer instances.', aliases: ['wf', 'work'] },
  component: { summary: 'Look at the loaded workflow components.', aliases: [] },
  conformance: { summary: 'Show that a component keeps its promises.', aliases: [] },
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

import { exitCodes } from './exit-codes.js';
import { argHelp, argLabel, flagLabel, flagNotes, synopsis } from './help.js';
import { commandNames, specOf, type CommandName } from './table/commands.js';
import { helpFlag, outputFlags, serverFlags, workflowFlags } from './table/flags.js';
import type { FlagSpec } from './table/spec.js';

/** The reference page `docs/cli.md`, from the command table. */
export function docsPage(): string {
  return [
    '# Command line',
    '',
    'Reference of `wfhost`. Generated from the command table in `apps/cli/table` by `npm run gen`; do not edit.',
    '',
    'A flag wins over its environment variable, and that over the default. Client commands speak the `/v1` routes of a',
    'running host and load nothing of it. `wf` and `work` are short for `workflow`; the names and short flags are those of',
    '`dapr workflow`, so what your fingers know keeps working.',
    '',
    '## Exit codes',
    '',
    ...table(
      ['code', 'meaning'],
      Object.values(exitCodes).map(({ code, meaning }) => [String(code), meaning]),
    ),
    '',
    '## Flags of many commands',
    '',
    'Every command has `-h, --help`. Where a command below says "output flags" or "server flags", these are meant.',
    '',
    '### Output flags',
    '',
    ...flagTable(outputFlags),
    '',
    'No colours and no relative times go into `json`, `jsonl` and `yaml`: they print what the host answered. `ids` prints',
    'one instance id a line, to be piped into another command (`-` reads ids from standard input).',
    '',
    '### Server flags',
    '',
    ...flagTable(workflowFlags),
    ...commandNames.flatMap(commandSection),
    '',
  ].join('\n');
}

function commandSection(name: CommandName): string[] {
  const spec = specOf(name);
  const own = Object.entries(spec.flags).filter(([flag, row]) => !isShared(flag, row));
  const shared = sharedNames(name);
  return [
    '',
    `## wfhost ${name}`,
    '',
    spec.summary + (spec.details ? ` ${spec.details}` : ''),
    '',
    '```sh',
    `wfhost ${synopsis(name)}`,
    '```',
    ...aliases(name),
    ...(spec.args.length > 0
      ? [
          '',
          ...table(
            ['argument', 'meaning'],
            spec.args.map((arg) => [`\`${argLabel(arg)}\``, argHelp(arg)]),
          ),
        ]
      : []),
    ...(own.length > 0 ? ['', ...flagTable(Object.fromEntries(own))] : []),
    ...(shared.length > 0 ? ['', `Also: ${shared.join(' and ')}.`] : []),
    '',
    'Examples:',
    '',
    '```sh',
    ...spec.examples.map((line) => `wfhost ${line}`),
    '```',
  ];
}

function aliases(name: CommandName): string[] {
  const names = specOf(name).aliases ?? [];
  return names.length > 0 ? ['', `Also called ${names.map((alias) => `\`${alias}\``).join(', ')}.`] : [];
}

const sharedRows: readonly (readonly [string, FlagSpec])[] = Object.entries({
  ...outputFlags,
  ...workflowFlags,
  ...helpFlag,
});

function isShared(flag: string, row: FlagSpec): boolean {
  return sharedRows.some(([name, shared]) => name === flag && shared === row);
}

function sharedNames(name: CommandName): string[] {
  const rows = Object.values(specOf(name).flags);
  return [
    ...(rows.includes(outputFlags.output) ? ['output flags'] : []),
    ...(rows.includes(workflowFlags.component) ? ['server flags'] : []),
    ...(rows.includes(serverFlags.server) && !rows.includes(workflowFlags.component)
      ? ['server flags except `--component`']
      : []),
  ];
}

function flagTable(flags: Readonly<Record<string, FlagSpec>>): string[] {
  return table(
    ['flag', 'meaning'],
    Object.entries(flags).map(([name, row]) => [`\`${flagLabel(name, row)}\``, row.help + flagNotes(row)]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

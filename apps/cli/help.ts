import { commandNames, flagsOf, groups, specOf, type CommandName } from './table/commands.js';
import { placeholder } from './parse/parse.js';
import type { ArgSpec, FlagSpec } from './table/spec.js';

const indent = '  ';

/** `-o, --output table|wide|…` */
export function flagLabel(name: string, spec: FlagSpec): string {
  const value = placeholder(spec);
  return `${spec.short ? `-${spec.short}, ` : ''}--${name}${value ? ` ${value}` : ''}`;
}

/** Default, environment and repetition of a flag, as the tail of its help line. */
export function flagNotes(spec: FlagSpec): string {
  const notes: string[] = [];
  if ('default' in spec && spec.default !== undefined) notes.push(`default: ${spec.default}`);
  if ('repeatable' in spec && spec.repeatable) notes.push('repeatable');
  const variables = [...(spec.env ?? []), ...(spec.hostEnv ?? [])];
  if (variables.length > 0) notes.push(`env: ${variables.join(', ')}`);
  return notes.length > 0 ? ` [${notes.join('; ')}]` : '';
}

export function argLabel(arg: ArgSpec): string {
  const name = `${arg.name.toUpperCase()}${arg.repeatable ? '...' : ''}`;
  return arg.optional ? `[${name}]` : name;
}

/** The usage line of a command, without the program's name. */
export function synopsis(name: CommandName): string {
  return [name, ...specOf(name).args.map(argLabel), '[flags]'].join(' ');
}

export function commandHelp(name: CommandName): string {
  const spec = specOf(name);
  const flags = Object.entries(flagsOf(name)).map(([flag, row]): Entry => [
    flagLabel(flag, row),
    row.help + flagNotes(row),
  ]);
  const sections = [
    `${spec.summary}${spec.details ? `\n\n${spec.details}` : ''}`,
    section('Usage', [`wfhost ${synopsis(name)}`, ...aliasLines(name)]),
    section('Arguments', align(spec.args.map((arg): Entry => [argLabel(arg), argHelp(arg)]))),
    section('Flags', align(flags)),
    section(
      'Examples',
      spec.examples.map((line) => `wfhost ${line}`),
    ),
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n`;
}

export function argHelp(arg: ArgSpec): string {
  return arg.choices ? `${arg.help} ${arg.choices.join('|')}` : arg.help;
}

function aliasLines(name: CommandName): string[] {
  const words = name.split(' ');
  const parent = words.slice(0, -1);
  return (specOf(name).aliases ?? []).map((alias) => `wfhost ${[...parent, alias].join(' ')}   (the same)`);
}

/** Help of the program (`words` empty) or of a group of commands. */
export function groupHelp(words: readonly string[]): string {
  const path = words.join(' ');
  const inside = commandNames.filter((name) => (path === '' ? true : name.startsWith(`${path} `)));
  const group = Object.entries(groups).find(([name]) => name === path)?.[1];
  const entries = inside.map((name): Entry => [name, specOf(name).summary]);
  const sections = [
    group?.summary ?? 'Run durable workflows on the engine of your choice, and look after them.',
    section('Usage', [
      `wfhost ${path ? `${path} ` : ''}COMMAND [flags]`,
      ...(group?.aliases ?? []).map((alias) => `wfhost ${alias} COMMAND [flags]   (the same)`),
    ]),
    section('Commands', align(entries)),
    'Help of a command: wfhost COMMAND --help',
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n`;
}

type Entry = readonly [label: string, text: string];

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? '' : [`${title}:`, ...lines.map((line) => indent + line)].join('\n');
}

const widestLabel = 34;

/** Two columns; a label that is too wide gets a line of its own. */
function align(entries: readonly Entry[]): string[] {
  const width = Math.min(widestLabel, Math.max(0, ...entries.map(([label]) => label.length)));
  return entries.flatMap(([label, text]) =>
    label.length > width ? [label, `${' '.repeat(width)}  ${text}`] : [`${label.padEnd(width)}  ${text}`],
  );
}

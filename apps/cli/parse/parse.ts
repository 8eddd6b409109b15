import { parseArgs } from 'node:util';
import { usage } from '../failure.js';
import { nearest } from './suggest.js';
import { parseChoice, parseValue } from './values.js';
import { flagsOf, specOf, type CommandName } from '../table/commands.js';
import type { ArgSpec, FlagSpec } from '../table/spec.js';

type Value = string | number | boolean;
type FlagTable = Readonly<Record<string, FlagSpec>>;
export type Environment = Readonly<Record<string, string | undefined>>;

export interface Parsed {
  /** `--help` was among the flags: nothing else was checked. */
  readonly help: boolean;
  readonly flags: Readonly<Record<string, Value | readonly Value[] | undefined>>;
  readonly args: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/**
 * Reads what follows the command's words: flag over environment over default. Throws a usage failure that names the
 * flag, the value and what would be right.
 */
export function parse(name: CommandName, argv: readonly string[], env: Environment, nowMs: number): Parsed {
  const table = flagsOf(name);
  const { given, positionals } = readTokens(name, table, argv);
  if (given.has('help')) return { help: true, flags: {}, args: {} };
  const flags: Record<string, Value | readonly Value[] | undefined> = {};
  for (const [flag, spec] of Object.entries(table)) {
    if (flag !== 'help') flags[flag] = settle(flag, spec, given.get(flag), env, nowMs);
  }
  return { help: false, flags, args: readArgs(name, specOf(name).args, positionals) };
}

function readTokens(
  name: CommandName,
  table: FlagTable,
  argv: readonly string[],
): { given: ReadonlyMap<string, readonly string[]>; positionals: readonly string[] } {
  const options = Object.fromEntries(
    Object.entries(table).map(([flag, { kind, short }]) => [
      flag,
      {
        type: kind === 'switch' ? ('boolean' as const) : ('string' as const),
        multiple: true,
        ...(short ? { short } : {}),
      },
    ]),
  );
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true });
  const given = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = table[token.name];
    if (!spec) throw unknownFlag(name, table, token.rawName);
    given.set(token.name, [...(given.get(token.name) ?? []), textOf(spec, token)]);
  }
  return { given, positionals };
}

interface OptionToken {
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function textOf(spec: FlagSpec, { rawName, value, inlineValue }: OptionToken): string {
  if (spec.kind === 'switch') {
    if (value !== undefined) throw usage(`${rawName} takes no value, got "${value}"`);
    return 'true';
  }
  if (value === undefined) throw usage(`${rawName} needs a value (${placeholder(spec)})`);
  if (!inlineValue && value.startsWith('-') && value !== '-') {
    throw usage(
      `${rawName} needs a value (${placeholder(spec)}), got the flag ${value}`,
      `A value that begins with "-" is written ${rawName}=${value}.`,
    );
  }
  // `-x=1` means the value "1" to everybody who writes it.
  return inlineValue && !rawName.startsWith('--') && value.startsWith('=') ? value.slice(1) : value;
}

function unknownFlag(name: CommandName, table: FlagTable, rawName: string): Error {
  const known = Object.keys(table).map((flag) => `--${flag}`);
  const near = rawName.startsWith('--') ? nearest(rawName, known) : undefined;
  return usage(
    `"${rawName}" is no flag of wfhost ${name}`,
    near ? `Did you mean ${near}?` : `See wfhost ${name} --help.`,
  );
}

function settle(
  flag: string,
  spec: FlagSpec,
  given: readonly string[] | undefined,
  env: Environment,
  nowMs: number,
): Value | readonly Value[] | undefined {
  const repeatable = 'repeatable' in spec && spec.repeatable;
  if (given) {
    const values = given.map((text) => parseValue(spec, text, `--${flag}`, nowMs));
    if (repeatable) return values;
    if (values.length > 1 && spec.kind !== 'switch')
      throw usage(`--${flag} was given ${values.length} times, it takes one value`);
    return values[0];
  }
  for (const variable of spec.env ?? []) {
    const text = env[variable];
    if (text !== undefined && text !== '') return parseValue(spec, text, variable, nowMs);
  }
  if (repeatable) return [];
  if (spec.kind === 'switch') return false;
  if (!('default' in spec) || spec.default === undefined) return undefined;
  return typeof spec.default === 'number' ? spec.default : parseValue(spec, spec.default, `--${flag}`, nowMs);
}

function readArgs(name: CommandName, specs: readonly ArgSpec[], words: readonly string[]): Parsed['args'] {
  const args: Record<string, string | readonly string[] | undefined> = {};
  const left = [...words];
  for (const spec of specs) {
    const taken = spec.repeatable ? left.splice(0) : left.splice(0, 1);
    if (taken.length === 0 && !spec.optional) {
      throw usage(`wfhost ${name} needs ${spec.name.toUpperCase()}: ${spec.help}`, `See wfhost ${name} --help.`);
    }
    const { choices } = spec;
    const values = choices ? taken.map((word) => parseChoice(choices, word, spec.name.toUpperCase())) : taken;
    args[spec.name] = spec.repeatable ? values : values[0];
  }
  if (left.length > 0)
    throw usage(`wfhost ${name} does not know what to do with "${left.join(' ')}"`, `See wfhost ${name} --help.`);
  return args;
}

/** What stands for the value of a flag in help and messages. */
export function placeholder(spec: FlagSpec): string {
  switch (spec.kind) {
    case 'switch':
      return '';
    case 'choice':
      return spec.choices.join('|');
    case 'duration':
      return 'DURATION';
    case 'moment':
      return 'TIME|DURATION';
    case 'text':
    case 'integer':
      return spec.value;
  }
}

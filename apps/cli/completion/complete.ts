import { nextWords } from '../parse/resolve.js';
import { commandNames, flagsOf, specOf, type CommandName } from '../table/commands.js';
import type { FlagSpec } from '../table/spec.js';

/** What a shell offers next. */
export interface Completion {
  readonly words: readonly string[];
  /** The shell adds its own file or folder names. */
  readonly files: 'none' | 'file' | 'directory';
}

const nothing: Completion = { words: [], files: 'none' };

/**
 * Candidates for the last of `words` (the one being typed, possibly empty); the words before it are complete. Reads the
 * same table as the parser.
 */
export function complete(words: readonly string[]): Completion {
  const typed = words.at(-1) ?? '';
  const { name, path, args } = walk(words.slice(0, -1));
  const pending = name && flagNamed(name, words.at(-2) ?? '');
  if (pending && pending.kind !== 'switch') return valuesOf(pending, typed);
  if (!name) return matching([...nextWords(path).keys()], typed);
  const inline = /^(--[^=]+)=(.*)$/.exec(typed);
  if (inline) return inlineValues(name, inline[1] ?? '', inline[2] ?? '');
  if (typed.startsWith('-'))
    return matching(
      Object.keys(flagsOf(name)).map((flag) => `--${flag}`),
      typed,
    );
  return argumentValues(name, args, typed);
}

interface Position {
  readonly name: CommandName | undefined;
  readonly path: readonly string[];
  /** How many arguments of the command are complete. */
  readonly args: number;
}

function walk(words: readonly string[]): Position {
  const path: string[] = [];
  let name: CommandName | undefined;
  let args = 0;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (name) {
      const flag = flagNamed(name, word);
      if (flag) index += flag.kind === 'switch' ? 0 : 1;
      else if (!word.startsWith('-')) args++;
      continue;
    }
    const canonical = nextWords(path).get(word);
    if (canonical === undefined) continue;
    path.push(canonical);
    name = commandNames.find((candidate) => candidate === path.join(' '));
  }
  return { name, path, args };
}

function flagNamed(name: CommandName, word: string): FlagSpec | undefined {
  return Object.entries(flagsOf(name)).find(
    ([flag, { short }]) => word === `--${flag}` || (short !== undefined && word === `-${short}`),
  )?.[1];
}

function valuesOf(flag: FlagSpec, typed: string): Completion {
  if (flag.kind === 'choice') return matching(flag.choices, typed);
  if (flag.kind === 'text' && flag.completes) return { words: [], files: flag.completes };
  return nothing;
}

function inlineValues(name: CommandName, flag: string, typed: string): Completion {
  const spec = flagNamed(name, flag);
  if (!spec) return nothing;
  const values = valuesOf(spec, typed);
  return { ...values, words: values.words.map((word) => `${flag}=${word}`) };
}

function argumentValues(name: CommandName, given: number, typed: string): Completion {
  const { args } = specOf(name);
  const arg = args[Math.min(given, args.length - 1)];
  if (!arg || (given >= args.length && !arg.repeatable)) return nothing;
  if (arg.choices) return matching(arg.choices, typed);
  return arg.completes ? { words: [], files: arg.completes } : nothing;
}

function matching(candidates: readonly string[], typed: string): Completion {
  return { words: candidates.filter((word) => word.startsWith(typed)).toSorted(), files: 'none' };
}

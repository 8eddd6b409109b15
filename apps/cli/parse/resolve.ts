import { usage } from '../failure.js';
import { nearest } from './suggest.js';
import { commandNames, flagsOf, groups, specOf, type CommandName } from '../table/commands.js';

/** What the words of a command line name. */
export type Resolved =
  | { readonly kind: 'command'; readonly name: CommandName; readonly rest: readonly string[] }
  /** No command yet: `words` is a group or empty. */
  | { readonly kind: 'group'; readonly words: readonly string[]; readonly rest: readonly string[] };

interface Walk {
  readonly words: string[];
  readonly rest: string[];
}

/** Finds the command among the words, wherever flags stand between them. Throws a usage failure for unknown words. */
export function resolve(argv: readonly string[]): Resolved {
  const walk: Walk = { words: [], rest: [] };
  for (let index = 0; index < argv.length; index++) {
    const token = argv[index] ?? '';
    const name = commandAt(walk.words);
    if (name || token === '--') return finish(walk, argv.slice(index));
    if (token.startsWith('-') && token !== '-') {
      walk.rest.push(token);
      const value = argv[index + 1];
      if (value !== undefined && takesValue(token)) {
        walk.rest.push(value);
        index++;
      }
      continue;
    }
    walk.words.push(canonicalWord(walk.words, token));
  }
  return finish(walk, []);
}

function finish(walk: Walk, remaining: readonly string[]): Resolved {
  const rest = [...walk.rest, ...remaining];
  const name = commandAt(walk.words);
  return name ? { kind: 'command', name, rest } : { kind: 'group', words: walk.words, rest };
}

function commandAt(words: readonly string[]): CommandName | undefined {
  const path = words.join(' ');
  return commandNames.find((name) => name === path);
}

/** Words that can follow `path`, by every spelling. */
export function nextWords(path: readonly string[]): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  for (const name of commandNames) {
    const parts = name.split(' ');
    const word = parts[path.length];
    if (word === undefined || path.some((part, index) => parts[index] !== part)) continue;
    words.set(word, word);
    const aliases = parts.length === path.length + 1 ? specOf(name).aliases : groupAliases(word);
    for (const alias of aliases ?? []) words.set(alias, word);
  }
  return words;
}

function groupAliases(word: string): readonly string[] {
  return Object.entries(groups).find(([name]) => name === word)?.[1].aliases ?? [];
}

function canonicalWord(path: readonly string[], word: string): string {
  const known = nextWords(path);
  const canonical = known.get(word);
  if (canonical !== undefined) return canonical;
  const near = nearest(word, [...known.keys()]);
  const command = ['wfhost', ...path].join(' ');
  throw usage(
    `"${word}" is no command of ${command}`,
    near ? `Did you mean "${[...path, near].join(' ')}"?` : `See ${command} --help.`,
  );
}

/** Whether a flag that stands before its command takes the next word. Long and short names mean the same kind everywhere they may stand there. */
function takesValue(token: string): boolean {
  if (token.includes('=')) return false;
  const long = token.startsWith('--') ? token.slice(2) : undefined;
  if (long === undefined && token.length > 2) return false;
  for (const name of commandNames) {
    for (const [flag, spec] of Object.entries(flagsOf(name))) {
      if (flag === long || (long === undefined && spec.short === token.slice(1))) return spec.kind !== 'switch';
    }
  }
  return false;
}

import { usage } from './failure.js';
import type { Terminal } from './terminal.js';

/** The ids a command is to act on; "-" among them reads more from standard input, one a line. Each once, in order. */
export async function readIds(words: readonly string[], terminal: Terminal): Promise<readonly string[]> {
  const ids = new Set<string>();
  for (const word of words) {
    const more = word === '-' ? (await terminal.readInput()).split('\n').map((line) => line.trim()) : [word];
    for (const id of more) if (id !== '') ids.add(id);
  }
  return [...ids];
}

/** JSON text of a flag: as given, of standard input ("-"), or of a file ("@name"). Checked here, passed on verbatim. */
export async function readJson(
  flag: string,
  given: string | undefined,
  terminal: Terminal,
): Promise<string | undefined> {
  if (given === undefined) return undefined;
  const text = await textOf(flag, given, terminal);
  try {
    JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usage(`${flag} is not JSON: ${reason}`, `A string needs its quotes inside the shell's: ${flag} '"text"'.`);
  }
  return text.trim();
}

async function textOf(flag: string, given: string, terminal: Terminal): Promise<string> {
  if (given === '-') return terminal.readInput();
  if (!given.startsWith('@')) return given;
  const { readFile } = await import('node:fs/promises');
  return readFile(given.slice(1), 'utf8').catch((error: unknown) => {
    throw usage(`${flag}: cannot read ${given.slice(1)}: ${error instanceof Error ? error.message : String(error)}`);
  });
}

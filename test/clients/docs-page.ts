import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './languages.js';
import { LoggedProcess, within } from './processes.js';
import type { Outcome } from './programs.js';

const pageMs = 10 * 60_000;

/** Files: each follows a line that says its name. */
const namedBlock = /^`([\w.]+)`:\n\n```\w+\n([\s\S]*?)^```$/gm;
const commandBlock = /^```sh\n([\s\S]*?)^```$/gm;
/** Some build tools reset colours they never set. */
const colours = new RegExp(`${String.fromCharCode(27)}\\[\\d*m`, 'g');
const promise = /^It prints `(.*)`\.$/m;

/** Does what the page of a language says, in an empty folder: writes its files, runs its commands, looks for its promise. */
export async function followPage(
  language: string,
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const program = 'docs-page';
  const page = readFileSync(join(root, 'docs', `sdk-${language}.md`), 'utf8');
  const [, promised = ''] = promise.exec(page) ?? [];
  const commands = [...page.matchAll(commandBlock)].map(([, text]) => text).join('');
  if (promised === '' || commands === '') return { program, ok: false, detail: 'the page promises nothing' };
  mkdirSync(folder);
  for (const [, name = '', text = ''] of page.matchAll(namedBlock)) writeFileSync(join(folder, name), text);
  const shell = new LoggedProcess({ program: 'sh', args: ['-e', '-c', commands], cwd: folder, env }, `${folder}.log`);
  let isKept = false;
  shell.onLine((line) => (isKept ||= line.replaceAll(colours, '') === promised));
  try {
    const code = await within(shell.ended, pageMs, `the commands of the page did not end: see ${shell.logPath}`);
    const ok = code === 0 && isKept;
    return { program, ok, detail: ok ? '' : `ended with ${code}, and ${isKept ? 'did' : 'did not'} print ${promised}` };
  } catch (error) {
    return { program, ok: false, detail: String(error) };
  } finally {
    await shell.end('SIGKILL');
  }
}

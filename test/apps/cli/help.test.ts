import { describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { runCli } from '../../../apps/cli/cli.js';
import { complete } from '../../../apps/cli/completion/complete.js';
import { docsPage } from '../../../apps/cli/docs-page.js';
import { commandNames, flagsOf, groups, specOf } from '../../../apps/cli/table/commands.js';
import { fakeTerminal } from './fake-terminal.js';

async function wfhost(...argv: string[]) {
  const terminal = fakeTerminal();
  return { code: await runCli(argv, terminal), ...terminal.written };
}

describe('help', () => {
  test.each(commandNames)('%s names its flags, arguments and examples, on standard output', async (name) => {
    const { code, out, err } = await wfhost(...name.split(' '), '--help');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const flag of Object.keys(flagsOf(name))) expect(out).toContain(`--${flag}`);
    for (const arg of specOf(name).args) expect(out).toContain(arg.name.toUpperCase());
    for (const example of specOf(name).examples) expect(out).toContain(`wfhost ${example}`);
    expect(await wfhost('help', ...name.split(' '))).toEqual({ code, out, err });
  });

  test.each([[], ...Object.keys(groups).map((group) => [group])])('%p lists the commands inside', async (...words) => {
    const { code, out } = await wfhost(...words, '--help');
    expect(code).toBe(0);
    for (const name of commandNames.filter((command) => command.startsWith(words.join(' '))))
      expect(out).toContain(name);
  });

  test('no command is a usage error: a script that forgot it should notice', async () => {
    expect(await wfhost()).toMatchObject({ code: 2, out: '' });
    expect(await wfhost('wf')).toMatchObject({ code: 2, out: '' });
  });

  test('an unknown command names the one that was meant', async () => {
    expect(await wfhost('wf', 'purg', 'a')).toEqual({
      code: 2,
      out: '',
      err: 'wfhost: "purg" is no command of wfhost workflow\n  Did you mean "workflow purge"?\n',
    });
  });
});

describe('the reference page', () => {
  test('is what the table says', async () => {
    const path = 'docs/cli.md';
    const formatted = await format(docsPage(), { ...(await resolveConfig(path)), filepath: path });
    expect(await readFile(path, 'utf8')).toBe(formatted);
  });
});

describe('version', () => {
  test.each([['version'], ['--version'], ['-v']])('%s prints that of the package', async (word) => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    expect(await wfhost(word)).toEqual({ code: 0, out: `wfhost ${version}\n`, err: '' });
  });
});

describe('completion', () => {
  test.each([
    { typed: ['w'], words: ['wf', 'work', 'workflow'] },
    { typed: ['wf', 'su'], words: ['suspend'] },
    { typed: ['wf', 'ls', '--filter-s'], words: ['--filter-status'] },
    { typed: ['wf', 'ls', '-o', 'json'], words: ['json', 'jsonl'] },
    { typed: ['wf', 'ls', '-s', 'C'], words: ['CANCELED', 'COMPLETED'] },
    { typed: ['wf', 'ls', '--output=y'], words: ['--output=yaml'] },
    { typed: ['wf', 'ls', '--no-headers', '--col'], words: ['--color', '--columns'] },
    { typed: ['completion', ''], words: ['bash', 'fish', 'powershell', 'zsh'] },
    { typed: ['completion', 'bash', ''], words: [] },
    { typed: ['wf', 'get', ''], words: [] },
    { typed: ['nonsense', 'wf', 'li'], words: ['list'] },
  ])('$typed offers $words', ({ typed, words }) => {
    expect(complete(typed)).toEqual({ words, files: 'none' });
  });

  test.each([
    { typed: ['lint', ''], files: 'file' },
    { typed: ['run', '--resources-path', './'], files: 'directory' },
    { typed: ['run', '-c', ''], files: 'file' },
  ])('$typed offers names of the kind $files', ({ typed, files }) => {
    expect(complete(typed)).toEqual({ words: [], files });
  });

  test('the program answers shells: the kind, then one candidate a line', async () => {
    expect(await wfhost('__complete', 'wf', 'res')).toEqual({ code: 0, out: 'none\nresume\n', err: '' });
  });

  test.each(['bash', 'zsh', 'fish', 'powershell'])('the script of %s asks the program', async (shell) => {
    const { code, out } = await wfhost('completion', shell);
    expect(code).toBe(0);
    expect(out).toContain('wfhost __complete');
  });
});

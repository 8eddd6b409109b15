import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readReport } from '../../conformance/index.js';
import { program } from '../apps/cli/processes.js';

/** The page as a reader follows it: its files are written, its commands are run, in the order they stand there. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs', 'writing-a-component.md'), 'utf8');

type Part =
  | { readonly kind: 'file'; readonly path: string; readonly text: string }
  | { readonly kind: 'commands'; readonly text: string };

/** Blocks of commands, and blocks whose file is named on the line before. */
const parts: readonly Part[] = [...page.matchAll(/(?:^`([\w./-]+)`:\n\n)?^```(sh|js|yaml)\n([\s\S]*?)^```/gm)].map(
  ([, path, language, text = '']): Part => {
    if (path !== undefined) return { kind: 'file', path, text };
    if (language !== 'sh') throw new Error(`a block of ${language} has no file name:\n${text}`);
    return { kind: 'commands', text };
  },
);

let folder: string;

beforeAll(() => {
  if (!existsSync(program)) throw new Error('there is no build: run npm run build');
  folder = mkdtempSync(join(tmpdir(), 'wfhost-component-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What `npm install wfhost` leaves behind: the package, and its program. */
function install(): void {
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '.bin'), { recursive: true });
  symlinkSync(root, join(modules, 'wfhost'));
  const bin = join(modules, '.bin', 'wfhost');
  writeFileSync(bin, `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
  chmodSync(bin, 0o755);
}

function run(commands: string): void {
  if (commands.trim() === 'npm install wfhost') return install();
  const path = [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);
  const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', commands], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: path, HOME: folder, npm_config_update_notifier: 'false' },
  });
  if (status !== 0)
    throw new Error(`${commands}\nended with ${status}:\n${stdout.slice(-4_000)}\n${stderr.slice(-4_000)}`);
}

describe('docs/writing-a-component.md', () => {
  test('leads from an empty folder to a component that is green at every door', () => {
    for (const part of parts) {
      if (part.kind === 'commands') run(part.text);
      else {
        mkdirSync(dirname(join(folder, part.path)), { recursive: true });
        writeFileSync(join(folder, part.path), part.text);
      }
    }
    const report = readReport(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')), 'report.json');
    expect(report).toMatchObject({ component: 'mine', level: 'core', counts: { doors: 4, failed: 0, deviating: 0 } });
    expect(readFileSync(join(folder, 'badge.svg'), 'utf8')).toContain('>core</text>');
  }, 300_000);

  test('takes no more than two hundred lines of engine', () => {
    const lines = readFileSync(join(folder, 'component.js'), 'utf8').trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(200);
  });
});

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runToEnd, type Command } from './processes.js';

/** The checkout: this file runs from `dist`. */
export const root = fileURLToPath(new URL('../../..', import.meta.url));
const sources = join(root, 'test', 'clients');
const cache = join(process.env['WFHOST_CACHE'] ?? join(homedir(), '.cache', 'wfhost'), 'clients');

/** The published SDKs are fetched by their own package managers; the first time takes minutes. */
const installMs = 15 * 60_000;

export interface Language {
  readonly sdk: string;
  /** Brings what the app needs, once, and gives the command that runs it as `worker` or as `client`. */
  readonly prepare: () => Promise<(role: 'worker' | 'client') => Command>;
}

export const languages = {
  javascript: {
    sdk: '@dapr/dapr 3.18.0',
    prepare: async () => (role) => ({
      program: process.execPath,
      args: [fileURLToPath(new URL('javascript/main.js', import.meta.url)), role],
    }),
  },
  python: {
    sdk: 'dapr 1.19.0 (dapr.ext.workflow)',
    prepare: async () => {
      const venv = await installed('python', ['requirements.txt'], async (folder, log) => {
        await runToEnd({ program: 'python3', args: ['-m', 'venv', folder] }, log, installMs);
        const args = ['install', '--quiet', '--requirement', join(sources, 'python', 'requirements.txt')];
        await runToEnd({ program: join(folder, 'bin', 'pip'), args }, log, installMs);
      });
      return (role) => ({
        program: join(venv, 'bin', 'python'),
        args: ['-B', join(sources, 'python', 'main.py'), role],
      });
    },
  },
  go: {
    sdk: 'github.com/dapr/durabletask-go v0.14.0',
    prepare: async () => {
      const folder = await installed('go', filesOf('go'), async (target, log) => {
        const args = ['build', '-o', join(target, 'app'), '.'];
        await runToEnd({ program: 'go', args, cwd: join(sources, 'go') }, log, installMs);
      });
      return (role) => ({ program: join(folder, 'app'), args: [role] });
    },
  },
  java: {
    sdk: 'io.dapr:dapr-sdk-workflows 1.17.1',
    prepare: async () => {
      const folder = await installed('java', filesOf('java'), async (target, log) => {
        const pom = join(sources, 'java', 'pom.xml');
        const args = ['--batch-mode', '--quiet', '--file', pom, `-Dapp.build=${target}`, 'package'];
        await runToEnd({ program: 'mvn', args }, log, installMs);
      });
      const classPath = [join(folder, 'classes'), join(folder, 'libraries', '*')].join(delimiter);
      return (role) => ({ program: 'java', args: ['-Xmx512m', '-cp', classPath, 'clients.Main', role] });
    },
  },
} satisfies Readonly<Record<string, Language>>;

export type LanguageName = keyof typeof languages;

function filesOf(language: string): string[] {
  return readdirSync(join(sources, language), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(sources, language).length + 1))
    .sort();
}

/** A folder of the cache for these very sources; what is there already is not made again. */
async function installed(
  language: LanguageName,
  files: readonly string[],
  install: (folder: string, logPath: string) => Promise<void>,
): Promise<string> {
  const digest = createHash('sha256');
  for (const file of files) digest.update(file).update(readFileSync(join(sources, language, file)));
  const folder = join(cache, language, digest.digest('hex').slice(0, 16));
  const mark = join(folder, 'complete');
  if (existsSync(mark)) return folder;
  mkdirSync(folder, { recursive: true });
  await install(folder, join(folder, 'install.log'));
  writeFileSync(mark, '');
  return folder;
}

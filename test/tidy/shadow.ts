import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { root } from './tree.js';

/** What a tool answered: its exit code and what it printed. */
export interface ToolRun {
  readonly exitCode: number | null;
  readonly output: string;
}

/** A throw-away tree with the project's own tool settings, in which violations are planted to see the tools bark. */
export interface Shadow {
  plant(path: string, text: string): void;
  run(tool: 'oxlint' | 'depcruise', args: readonly string[]): ToolRun;
  remove(): void;
}

const settings = [
  '.oxlintrc.json',
  'tsconfig.json',
  'package.json',
  'tools/lint-rules.mjs',
  'tools/dependency-cruiser.cjs',
];

export function createShadow(): Shadow {
  const folder = mkdtempSync(join(tmpdir(), 'wfhost-tidy-'));
  const ensure = (path: string): string => {
    const absolute = join(folder, path);
    mkdirSync(dirname(absolute), { recursive: true });
    return absolute;
  };
  for (const path of settings) copyFileSync(join(root, path), ensure(path));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return {
    plant: (path, text) => writeFileSync(ensure(path), text),
    run: (tool, args) => runTool(tool, args, folder),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function runTool(tool: string, args: readonly string[], cwd: string): ToolRun {
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules', '.bin', tool), args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return { exitCode: status, output: stdout + (stdout.startsWith('{') ? '' : stderr) };
}

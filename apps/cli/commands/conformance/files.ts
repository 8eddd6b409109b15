import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ConformanceReport } from '../../../../conformance/index.js';
import { CliFailure, usage } from '../../failure.js';
import type { Terminal } from '../../terminal.js';
import type { SuiteModule } from './with-suite.js';

/** A file as text. Throws a failure that names it. */
export async function readText(path: string, terminal: Terminal): Promise<string> {
  return readFile(resolve(terminal.cwd, path), 'utf8').catch((error: unknown) => {
    if (isMissing(error)) throw new CliFailure('notFound', `there is no file "${path}"`, { cause: error });
    throw new CliFailure('unexpected', `cannot read ${path}: ${String(error)}`, { cause: error });
  });
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}

export async function readJsonFile(path: string, terminal: Terminal): Promise<unknown> {
  const text = await readText(path, terminal);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usage(`${path} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export async function readYamlFile(path: string, terminal: Terminal): Promise<unknown> {
  const text = await readText(path, terminal);
  const { parse } = await import('yaml');
  try {
    return parse(text);
  } catch (error) {
    throw usage(`${path} is not YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export async function readReports(
  suite: SuiteModule,
  paths: readonly string[],
  terminal: Terminal,
): Promise<readonly ConformanceReport[]> {
  return Promise.all(paths.map(async (path) => suite.readReport(await readJsonFile(path, terminal), path)));
}

import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { build, stop } from 'esbuild';

let folder: string;
let program: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wfhost-process-'));
  program = join(process.cwd(), 'node_modules', `.wfhost-process-test-${process.pid}.mjs`);
  await build({
    entryPoints: [join('test', 'host', 'main', 'child.ts')],
    outfile: program,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  rmSync(program);
  await stop();
});

async function startChild(mode: 'idle' | 'busy'): Promise<{ child: ChildProcess; output: () => string }> {
  const child = fork(program, [mkdtempSync(join(folder, 'data-')), mode], { silent: true });
  children.push(child);
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await once(child, 'message');
  return { child, output: () => output };
}

/** `[exit code, signal]`. */
const exitOf = async (child: ChildProcess): Promise<unknown> => (await once(child, 'exit')) as unknown;

test.each(['SIGTERM', 'SIGINT'] as const)('%s drains and ends with 0', async (signal) => {
  const { child, output } = await startChild('idle');
  child.kill(signal);
  expect(await exitOf(child)).toEqual([0, null]);
  expect(output()).toContain('"msg":"host is down"');
});

test('a second signal ends a host that is still draining at once', async () => {
  const { child, output } = await startChild('busy');
  child.kill('SIGTERM');
  while (!output().includes('"msg":"draining"')) await once(child.stdout ?? child, 'data');
  child.kill('SIGTERM');
  expect(await exitOf(child)).toEqual([1, null]);
  expect(output()).not.toContain('"msg":"host is down"');
});

test('a rejection that nobody handled is logged, and the host drains and ends with 1', async () => {
  const { child, output } = await startChild('idle');
  child.send('reject');
  expect(await exitOf(child)).toEqual([1, null]);
  expect(output()).toContain('nobody listens');
  expect(output()).toContain('"msg":"host is down"');
});

test('an exception that nobody caught is logged and ends the host at once', async () => {
  const { child, output } = await startChild('idle');
  child.send('throw');
  expect(await exitOf(child)).toEqual([1, null]);
  expect(output()).toContain('nobody catches');
  expect(output()).not.toContain('"msg":"host is down"');
});

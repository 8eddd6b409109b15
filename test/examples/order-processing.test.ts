import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The example as `npm start` runs it, and the commands it tells its readers to try. */

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const example = join(dist, 'examples/order-processing/main.js');
const wfhost = join(dist, 'apps/cli/main.js');
const run = promisify(execFile);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wfhost-example-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('without a terminal it runs an order, says how long that took and what to try, and ends with 0', async () => {
  const { stdout } = await run(process.execPath, [example], { cwd: folder });
  expect(stdout).toMatch(/^order order-\w+-1 is done: \{"orderId":"order-\w+-1","totalCents":111650,/);
  expect(stdout).toMatch(/^from the start of the process to the finished workflow: \d+ ms$/m);
  expect(stdout.match(/^ {2}npx wfhost workflow /gm)).toHaveLength(3);
});

describe('with --serve', () => {
  let child: ChildProcess;
  let printed = '';

  beforeAll(async () => {
    const started = spawn(process.execPath, [example, '--serve'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = started;
    await new Promise<void>((resolve, reject) => {
      started.stdout.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
        if (/Ctrl-C ends it/.test(printed)) resolve();
      });
      started.once('close', (code) => reject(new Error(`ended with ${code}: ${printed}`)));
    });
  });
  afterAll(() => void child.kill('SIGKILL'));

  test('the commands it prints work, and approve the order that waits', async () => {
    const server = `http://127.0.0.1:${/HTTP on port (\d+),/.exec(printed)?.[1]}`;
    const commands = [...printed.matchAll(/^ {2}npx wfhost (.*)$/gm)].map(([, words]) => words ?? '');
    expect(commands).toHaveLength(3);
    const outputs: string[] = [];
    for (const command of commands) outputs.push(await shell(command, server));
    const [list, , show] = outputs;
    expect(list).toMatch(/-1 +process-order +COMPLETED/);
    expect(list).toMatch(/-2 +process-order +RUNNING/);
    expect(show).toContain('eventRaised approval');
    const waiting = /order (order-\w+-2) is above the limit/.exec(printed)?.[1];
    expect(await shell(`workflow wait ${waiting} -o ids`, server)).toBe(`${waiting}\n`);
  });

  test('the order of the earlier run still waits: the store outlives the process', async () => {
    const server = `http://127.0.0.1:${/HTTP on port (\d+),/.exec(printed)?.[1]}`;
    expect((await shell('workflow list -s RUNNING -o ids', server)).trim().split('\n')).toHaveLength(1);
  });

  test('the orders of the quickstart end as the page says', async () => {
    const server = `http://127.0.0.1:${/HTTP on port (\d+),/.exec(printed)?.[1]}`;
    const page = await readFile('docs/quickstart.md', 'utf8');
    const starts = [...page.matchAll(/^npx wfhost (workflow run .*)$/gm)].map(([, words]) => words ?? '');
    expect(starts).toHaveLength(2);
    expect(await shell(starts[0] ?? '', server)).toMatch(/^status: +COMPLETED$/m);
    await expect(shell(starts[1] ?? '', server)).rejects.toMatchObject({ code: 10 });
  });

  test('Ctrl-C ends it', async () => {
    const ended = new Promise((resolve) => child.once('close', (code) => resolve(code)));
    child.kill('SIGINT');
    expect(await ended).toBe(0);
  });
});

/** A command as it stands on the page, in a shell; the built program in the place of `npx wfhost`. */
async function shell(command: string, server: string): Promise<string> {
  const line = `"${process.execPath}" "${wfhost}" ${command}`;
  const { stdout } = await run('sh', ['-c', line], { env: { ...process.env, WFHOST_SERVER: server } });
  return stdout;
}

/**
 * A real Temporal server for development and tests, on loopback.
 *
 *   node tools/temporal-dev/server.mjs [--port N] [--db FILE] [--defaults] [--build-only]
 *
 * Builds Temporal's own development server once, from the pinned module beside this file, into the cache
 * ($WFHOST_CACHE, default ~/.cache/wfhost); that takes about ten minutes on two cores and needs Go 1.26. Then it starts
 * the server, waits until it is healthy and prints one line of JSON: {"address":"127.0.0.1:7233"}. The server ends with
 * this process, and this process ends when its standard input closes or a signal comes. With TEMPORAL_ADDRESS set,
 * nothing is started: the line names that server.
 *
 * --db        file of the database; default: one in a temporary folder that is removed at the end
 * --defaults  the server's own settings instead of those that make a single-shard server quick
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const healthDeadlineMs = 60_000;

/** Needed for what the component does; a production server is asked to have them in the component's README. */
const required = ['frontend.WorkflowPauseEnabled=true', 'system.enableActivityEagerExecution=true'];

/** One shard, few pollers: without these each step waits for a queue reader that sleeps. */
const quick = [
  'history.workflowIdReuseMinimalInterval="0s"',
  'matching.numTaskqueueReadPartitions=1',
  'matching.numTaskqueueWritePartitions=1',
  'history.transferProcessorMaxPollRPS=1000',
  'history.timerProcessorMaxTimeShift="10ms"',
  'history.transferProcessorUpdateAckInterval="1s"',
  'history.visibilityProcessorUpdateAckInterval="1s"',
];

/** Where the binary of this pin is, built or not. */
function binaryPath() {
  const cache = process.env['WFHOST_CACHE'] ?? join(homedir(), '.cache', 'wfhost');
  const pin = createHash('sha256')
    .update(readFileSync(join(here, 'go.sum')))
    .digest('hex')
    .slice(0, 12);
  return join(cache, 'temporal-dev', pin, 'temporal');
}

function build(binary) {
  const folder = dirname(binary);
  mkdirSync(folder, { recursive: true });
  for (const file of ['go.mod', 'go.sum']) copyFileSync(join(here, file), join(folder, file));
  process.stderr.write(`building the Temporal server into ${folder}; this takes about ten minutes, once\n`);
  const packagePath = 'github.com/temporalio/cli/cmd/temporal';
  // Built under another name first, so that a build cut short is not taken for a finished one.
  const { status, error } = spawnSync(
    'go',
    ['build', '-tags', 'disable_grpc_modules', '-o', 'unfinished', packagePath],
    {
      cwd: folder,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod -buildvcs=false' },
    },
  );
  if (error || status !== 0) {
    throw new Error(`the Temporal server could not be built: ${error?.message ?? `go ended with ${status}`}`);
  }
  renameSync(join(folder, 'unfinished'), binary);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

async function isServing(binary, address) {
  const check = spawn(binary, ['operator', 'cluster', 'health', '--address', address], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let said = '';
  check.stdout.on('data', (chunk) => {
    said += chunk;
  });
  await new Promise((resolve) => {
    check.on('close', resolve);
  });
  return said.includes('SERVING') && !said.includes('NOT_SERVING');
}

async function serve(binary, { port, db, defaults }) {
  const folder = db === undefined ? mkdtempSync(join(tmpdir(), 'wfhost-temporal-')) : undefined;
  const address = `127.0.0.1:${port}`;
  const settings = defaults ? required : [...required, ...quick];
  const child = spawn(
    binary,
    [
      ...['server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--port', String(port), '--log-level', 'error'],
      ...['--db-filename', db ?? join(folder, 'temporal.sqlite')],
      ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=OFF'],
      ...settings.flatMap((setting) => ['--dynamic-config-value', setting]),
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const ended = new Promise((resolve) => {
    child.on('exit', resolve);
  });
  const stop = () => child.kill('SIGKILL');
  process.on('exit', stop);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop);
  process.stdin.on('end', stop).on('error', stop).resume();

  const deadline = performance.now() + healthDeadlineMs;
  while (child.exitCode === null && !(await isServing(binary, address))) {
    if (performance.now() > deadline) {
      stop();
      throw new Error(`the Temporal server at ${address} was not healthy within ${healthDeadlineMs} ms`);
    }
  }
  process.stdout.write(`${JSON.stringify({ address, pid: child.pid })}\n`);
  await ended;
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}

async function main() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      db: { type: 'string' },
      defaults: { type: 'boolean', default: false },
      'build-only': { type: 'boolean', default: false },
      'binary-path': { type: 'boolean', default: false },
    },
  });
  const binary = binaryPath();
  if (values['binary-path']) return void process.stdout.write(`${binary}\n`);
  const existing = process.env['TEMPORAL_ADDRESS'];
  if (existing) return void process.stdout.write(`${JSON.stringify({ address: existing })}\n`);
  if (!existsSync(binary)) build(binary);
  if (values['build-only']) return;
  await serve(binary, { port: values.port ?? (await freePort()), db: values.db, defaults: values.defaults });
  process.exit(0);
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});

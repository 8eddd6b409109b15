/**
 * A Conductor server for tests and for trying things out: on SQLite in a throw-away folder, on a free port of the
 * loopback. `npm run conductor` prints its address once it answers; it stops with its parent, at Ctrl-C, or when its
 * standard input ends. CONDUCTOR_SERVER_URL: use the server there instead of starting one.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, installServer, serverVersion } from './install.mjs';
import { findJava } from './java.mjs';

const patienceMs = 180_000;

/** Ends with its standard input, so that a server does not outlive whoever started it, however that one ended. */
const untilInputEnds = '"$@" </dev/null & pid=$!; cat >/dev/null; kill "$pid" 2>/dev/null; wait "$pid"';

/** Starts a server. `home`: keeps its data there (default: a folder that goes with it). Rejects when it cannot be had. */
export async function startConductor({ home, port, say = () => undefined } = {}) {
  const java = findJava();
  if (!java) throw new Error('the server needs a JDK of version 21 or later; WFHOST_JAVA can name one');
  const jar = await installServer(java, say);
  const cache = join(cacheFolder(), `start-${serverVersion}-${java.version.replaceAll(/[^\w.+-]/g, '_')}.cache`);
  if (!existsSync(cache)) await train(java, jar, cache, say);
  const folder = home ?? mkdtempSync(join(tmpdir(), 'wfhost-conductor-'));
  const running = await launch(java, jar, [readFlag(java, cache)], folder, port ?? (await freePort()));
  const stop = async () => {
    await running.stop();
    if (home === undefined) rmSync(folder, { recursive: true, force: true });
  };
  return { ...running, stop };
}

function readFlag(java, cache) {
  return java.major >= 25 ? `-XX:AOTCache=${cache}` : `-XX:SharedArchiveFile=${cache}`;
}

/** One start and stop with recording: later starts take a fifth of the time. */
async function train(java, jar, cache, say) {
  say('recording a start, once');
  const folder = mkdtempSync(join(tmpdir(), 'wfhost-conductor-'));
  const fresh = `${cache}.${process.pid}`;
  const flag = java.major >= 25 ? `-XX:AOTCacheOutput=${fresh}` : `-XX:ArchiveClassesAtExit=${fresh}`;
  try {
    const running = await launch(java, jar, [flag], folder, await freePort());
    await running.stop();
    renameSync(fresh, cache);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(fresh, { force: true });
  }
}

async function launch(java, jar, flags, folder, port) {
  const command = [java.path, ...jvmFlags(java, folder), ...flags, '-jar', jar, ...serverFlags(folder, port)];
  const child = spawn('sh', ['-c', untilInputEnds, 'sh', ...command], { cwd: folder, stdio: ['pipe', 'pipe', 'pipe'] });
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      tail = `${tail}${data}`.slice(-4_000);
    });
  }
  const exited = new Promise((resolve) => child.on('exit', resolve));
  const url = `http://127.0.0.1:${port}`;
  const stop = async () => {
    child.stdin.end();
    await exited;
  };
  const deadline = Date.now() + patienceMs;
  while (!(await isHealthy(url))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`the server did not start:\n${tail}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { url, stop };
}

async function isHealthy(url) {
  try {
    return (await fetch(`${url}/health`)).ok;
  } catch {
    return false;
  }
}

function jvmFlags(java, folder) {
  return [
    '-Xmx768m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    `-Duser.home=${folder}`,
    '-Dpolyglot.engine.WarnInterpreterOnly=false',
    '--enable-native-access=ALL-UNNAMED',
    ...(java.major >= 23 ? ['--sun-misc-unsafe-memory-access=allow'] : []),
  ];
}

function serverFlags(folder, port) {
  const database = join(folder, 'conductor.db');
  return [
    '--server.address=127.0.0.1',
    `--server.port=${port}`,
    `--spring.datasource.url=jdbc:sqlite:${database}?busy_timeout=15000&journal_mode=WAL&synchronous=OFF`,
    '--spring.main.lazy-initialization=true',
    '--springdoc.api-docs.enabled=false',
    '--conductor.integrations.ai.enabled=false',
    '--conductor.scheduler.enabled=false',
    '--conductor.app.ownerEmailMandatory=false',
    '--conductor.app.systemTaskWorkerPollInterval=10ms',
    '--conductor.app.workflowOffsetTimeout=5s',
    '--conductor.app.maxPostponeDurationSeconds=10s',
  ];
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function main() {
  const given = process.env.CONDUCTOR_SERVER_URL;
  const say = (what) => process.stderr.write(`conductor: ${what}\n`);
  const running = given ? { url: given, stop: async () => undefined } : await startConductor({ say });
  process.stdout.write(`${running.url}\n`);
  const over = new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
    process.stdin.on('end', resolve).resume();
  });
  await over;
  await running.stop();
  process.exit(0);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();

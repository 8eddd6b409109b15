import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { followPage } from './docs-page.js';
import { HostUnderTest } from './host.js';
import { LoggedProcess, within, type Command } from './processes.js';
import { ofTheRunner, outcomeOf, programs, type Outcome, type ProgramName } from './programs.js';
import { restartHost } from './restart.js';

const upMs = 120_000;
/** All programs of one app; each of them gives up earlier. */
const clientMs = 10 * 60_000;
/** One is killed by a program. */
const workers = 2;

/** An engine under test: its name for the table, and the component file that loads it. */
export interface Engine {
  readonly name: string;
  readonly file: string;
}

/** A host of its own for one app: two workers and a client in the app's language. */
export async function runApp(
  language: string,
  command: (role: 'worker' | 'client') => Command,
  engine: Engine,
): Promise<readonly Outcome[]> {
  const folder = mkdtempSync(join(tmpdir(), `wfhost-${language}-`));
  const scratch = join(folder, 'scratch');
  mkdirSync(scratch);
  const host = new HostUnderTest(folder, engine.file);
  const apps: LoggedProcess[] = [];
  let outcomes: readonly Outcome[];
  try {
    const env = { ...(await host.start()), WFHOST_SCRATCH: scratch };
    const start = (role: 'worker' | 'client', name: string): LoggedProcess => {
      const app = new LoggedProcess({ ...command(role), env }, join(folder, `${name}.log`));
      apps.push(app);
      return app;
    };
    const both = Array.from({ length: workers }, (_, index) => start('worker', `worker-${index + 1}`));
    await Promise.all(both.map((worker) => worker.match(/^ready$/, upMs)));
    const ofApp = await runClient(start('client', 'client'));
    const restarted = await restartHost(host, engine.name, 'SIGTERM');
    const killed = await restartHost(host, engine.name, 'SIGKILL');
    // The page has a worker of its own, with other workflows.
    await Promise.all(both.map((worker) => worker.end('SIGKILL')));
    outcomes = [...ofApp, restarted, killed, await followPage(language, join(folder, 'docs-page'), env)];
  } finally {
    await Promise.all(apps.map((app) => app.end('SIGKILL')));
    await host.end('SIGTERM');
  }
  const failed = outcomes.some((outcome) => 'ok' in outcome && !outcome.ok);
  if (failed) process.stderr.write(`what the processes of ${language} wrote is in ${folder}\n`);
  else rmSync(folder, { recursive: true, force: true });
  return outcomes;
}

/** Exactly one outcome per program; a program the app kept silent about has failed. */
async function runClient(client: LoggedProcess): Promise<readonly Outcome[]> {
  const heard = new Map<ProgramName, Outcome>();
  client.onLine((line) => {
    const outcome = outcomeOf(line);
    if (outcome) heard.set(outcome.program, outcome);
  });
  const code = await within(client.ended, clientMs, `the client did not end: see ${client.logPath}`);
  const detail = `the client said nothing about it and ended with ${code}`;
  return (Object.keys(programs) as ProgramName[])
    .filter((program) => !ofTheRunner.has(program))
    .map((program) => heard.get(program) ?? { program, ok: false, detail });
}

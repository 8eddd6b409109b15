import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { followPage } from './docs-page.js';
import { root } from './languages.js';
import { LoggedProcess, within, type Command } from './processes.js';
import { outcomeOf, programs, type Outcome, type ProgramName } from './programs.js';

const upMs = 120_000;
/** All programs of one app; each of them gives up earlier. */
const clientMs = 10 * 60_000;
/** One is killed by a program. */
const workers = 2;

/** A host of its own for one app: two workers and a client in the app's language, on the engine a component file names. */
export async function runApp(
  language: string,
  command: (role: 'worker' | 'client') => Command,
  componentFile: string,
): Promise<readonly Outcome[]> {
  const folder = mkdtempSync(join(tmpdir(), `wfhost-${language}-`));
  const running: LoggedProcess[] = [];
  const start = (what: Command, name: string): LoggedProcess => {
    const child = new LoggedProcess(what, join(folder, `${name}.log`));
    running.push(child);
    return child;
  };
  let outcomes: readonly Outcome[];
  try {
    const host = start(hostCommand(folder, componentFile), 'host');
    const ports = await host.match(/"http":\{[^}]*"port":(\d+)\},"grpc":\{[^}]*"port":(\d+)\}/, upMs);
    const [, httpPort = '', port = ''] = ports;
    const scratch = join(folder, 'scratch');
    mkdirSync(scratch);
    const env = {
      DAPR_HTTP_PORT: httpPort,
      DAPR_GRPC_PORT: port,
      DAPR_GRPC_ENDPOINT: `127.0.0.1:${port}`,
      WFHOST_SCRATCH: scratch,
    };
    const role = (name: 'worker' | 'client'): Command => ({ ...command(name), env });
    const both = Array.from({ length: workers }, (_, index) => start(role('worker'), `worker-${index + 1}`));
    await Promise.all(both.map((worker) => worker.match(/^ready$/, upMs)));
    const ofApp = await runClient(start(role('client'), 'client'));
    // The page has a worker of its own, with other workflows.
    await Promise.all(both.map((worker) => worker.end('SIGKILL')));
    outcomes = [...ofApp, await followPage(language, join(folder, 'docs-page'), env)];
  } finally {
    for (const child of running.reverse()) await child.end(child === running.at(-1) ? 'SIGTERM' : 'SIGKILL');
  }
  const failed = outcomes.some((outcome) => 'ok' in outcome && !outcome.ok);
  if (failed) process.stderr.write(`what the processes of ${language} wrote is in ${folder}\n`);
  else rmSync(folder, { recursive: true, force: true });
  return outcomes;
}

function hostCommand(folder: string, componentFile: string): Command {
  const main = join(root, 'dist', 'apps', 'cli', 'main.js');
  const ports = ['--dapr-http-port', '0', '--dapr-grpc-port', '0'];
  const files = ['--resources-path', componentFile, '--data-dir', join(folder, 'data')];
  return { program: process.execPath, args: [main, 'run', ...ports, ...files, '--log-as-json'] };
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
    .filter((program) => program !== 'docs-page')
    .map((program) => heard.get(program) ?? { program, ok: false, detail });
}

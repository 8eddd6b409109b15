import { parseArgs } from 'node:util';
import type { Task } from './child.js';
import type { Report } from './report.js';

const usage = `The reference bench. Absolute figures depend on the machine and on what else it does: compare inside one run.

  npm run bench -- [--workload hello5|fanout100] [--concurrency 1,10,100] [--engines builtin,floor] [--rounds 3]
  npm run bench -- --worker dapr-js,go,python,java [--workload hello5|fanout100] [--concurrency 1,10,100] [--rounds 3]
  npm run bench -- --report steps|idle|startup|http [--rounds 3] [--count 1000000]

  --seconds N   measured time per engine and round (default 3), after a warm-up of a third of it
  --json        one JSON document instead of a table
`;

const { values } = parseArgs({
  options: {
    workload: { type: 'string', default: 'hello5' },
    concurrency: { type: 'string', default: '1,10,100' },
    engines: { type: 'string', default: 'builtin,floor' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
    count: { type: 'string', default: '1000000' },
    report: { type: 'string', default: 'engines' },
    json: { type: 'boolean', default: false },
    worker: { type: 'string' },
    task: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

/** Loaded by name: a child that measures start-up must not pay for the reports. */
const reports: Readonly<Record<string, () => Promise<Report>>> = {
  engines: async () =>
    (await import('./report-engines.js')).compareEngines({
      workload: values.workload,
      concurrencies: values.concurrency.split(',').map(positive),
      engines: values.engines.split(','),
      rounds: positive(values.rounds),
      measureMs: positive(values.seconds) * 1_000,
    }),
  workers: async () =>
    (await import('./report-workers.js')).compareWorkers({
      workers: (values.worker ?? 'dapr-js').split(','),
      workload: values.workload,
      concurrencies: values.concurrency.split(',').map(positive),
      rounds: positive(values.rounds),
      measureMs: positive(values.seconds) * 1_000,
    }),
  steps: async () => (await import('./report-steps.js')).reportSteps(positive(values.rounds)),
  idle: async () => (await import('./report-idle.js')).reportIdle(positive(values.count)),
  startup: async () => (await import('./report-startup.js')).reportStartup(positive(values.rounds)),
  http: async () =>
    (await import('./report-http.js')).reportHttp(positive(values.rounds), positive(values.seconds) * 1_000),
};

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`"${text}" is not a positive number`);
  return value;
}

async function main(): Promise<void> {
  if (values.help) {
    console.log(usage);
    return;
  }
  if (values.task !== undefined) {
    const { runTask } = await import('./tasks.js');
    console.log(JSON.stringify(await runTask(JSON.parse(values.task) as Task)));
    return;
  }
  const name = values.worker === undefined ? values.report : 'workers';
  const report = await reports[name]?.();
  if (!report) throw new Error(`there is no report "${name}": ${Object.keys(reports).join(', ')}`);
  console.log(values.json ? JSON.stringify(report, null, 2) : report.text);
}

await main();

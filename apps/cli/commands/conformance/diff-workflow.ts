import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Definitions, Performance, Scenario } from '../../../../conformance/index.js';
import { readJson } from '../../input.js';
import type { ExitName } from '../../exit-codes.js';
import { CliFailure, usage } from '../../failure.js';
import type { Values } from '../../table/commands.js';
import type { Terminal } from '../../terminal.js';
import { enginesFor, type Engine } from './engines.js';
import { readJsonFile } from './files.js';
import { startEngine } from './ways.js';
import type { SuiteModule } from './with-suite.js';

type DiffFlags = Values<'conformance diff'>['flags'] & { readonly workflow: string };

/** Runs one workflow on two components and shows where they part. */
export async function diffWorkflow(suite: SuiteModule, flags: DiffFlags, terminal: Terminal): Promise<ExitName> {
  const [one, other] = await pairOf(suite, flags, terminal);
  const definitions = suite.definitionsIn(await importModule(flags.workflow, terminal));
  const workflowName = workflowIn(definitions, flags);
  const input = await readJson('--input', flags.input, terminal);
  const scenario: Scenario = {
    workflowName,
    instanceId: `diff-${randomUUID().slice(0, 8)}`,
    events: flags.events === undefined ? [] : await eventsIn(flags.events, terminal),
    timeoutMs: flags.timeout,
    ...(input === undefined ? {} : { input }),
  };
  const first = await performOn(suite, one, definitions, scenario);
  const second = await performOn(suite, other, definitions, scenario);
  const difference = suite.firstDifference(first, second);
  if (!difference) {
    terminal.out(alike(first, second));
    return 'ok';
  }
  terminal.out(`${workflowName} differs first at ${difference.place}\n`);
  terminal.out(`  ${one.name}: ${difference.one ?? 'nothing'}\n  ${other.name}: ${difference.other ?? 'nothing'}\n`);
  return 'conformance';
}

function alike({ instance, histories }: Performance, other: Performance): string {
  const { status, output } = instance;
  const end = `${status}${output === undefined ? '' : ` with ${output}`}`;
  if (!histories || !other.histories) return `Alike: ${end}. A component shows no history, so none was compared.\n`;
  const events = [...histories.values()].reduce((sum, all) => sum + all.length, 0);
  return `Alike: ${end}, ${events} events of ${histories.size} instances.\n`;
}

async function pairOf(
  suite: SuiteModule,
  { component, config }: DiffFlags,
  terminal: Terminal,
): Promise<readonly [Engine, Engine]> {
  const found = await Promise.all(component.map((given) => enginesFor(suite, given, { config }, terminal)));
  // Of a component with several variants the first one stands for it.
  const [one, other, ...others] = found.flatMap(([engine]) => engine ?? []);
  if (one && other && others.length === 0) return [one, other];
  throw usage(
    `--component is given ${component.length} times; two components are compared`,
    'For example --component builtin --component template.',
  );
}

async function importModule(path: string, terminal: Terminal): Promise<object> {
  try {
    return (await import(pathToFileURL(resolve(terminal.cwd, path)).href)) as object;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliFailure('usage', `${path} cannot be imported: ${reason}`, { cause: error });
  }
}

function workflowIn({ workflows }: Definitions, { name, workflow: path }: DiffFlags): string {
  const names = [...new Set(workflows.map((one) => one.name))];
  const wanted = name ?? (names.length === 1 ? names[0] : undefined);
  const found = workflows.find((one) => one.name === wanted);
  if (found) return found.name;
  if (names.length === 0) throw usage(`${path} exports no workflow made with the SDK`);
  if (name !== undefined) throw usage(`${path} exports no workflow "${name}"; it has ${names.join(', ')}`);
  throw usage(`${path} exports several workflows: ${names.join(', ')}`, 'Pick one with --name.');
}

async function eventsIn(path: string, terminal: Terminal): Promise<Scenario['events']> {
  const list = await readJsonFile(path, terminal);
  if (!Array.isArray(list)) throw usage(`${path} must be a JSON list of events`);
  return list.map((event: unknown, index) => {
    if (typeof event !== 'object' || event === null || !('name' in event) || typeof event.name !== 'string') {
      throw usage(`${path}: event ${index} has no name`, 'An event is {"name": "approve", "data": {...}}.');
    }
    return { name: event.name, ...('data' in event ? { data: JSON.stringify(event.data) } : {}) };
  });
}

async function performOn(
  suite: SuiteModule,
  engine: Engine,
  definitions: Definitions,
  scenario: Scenario,
): Promise<Performance> {
  const worker = suite.workerOf(definitions);
  const { host, close } = await startEngine(engine, {}, { workers: [worker] });
  try {
    return await suite.perform(host.service.components.resolve(engine.component).component, scenario);
  } finally {
    await close();
    worker.close();
  }
}

import { Workflows, type Until, type WorkflowFlags } from '../api/workflows.js';
import type { ExitName } from '../exit-codes.js';
import { CliFailure, usage } from '../failure.js';
import { readJson } from '../input.js';
import { Printer, type OutputFlags } from '../output/printer.js';
import type { Terminal } from '../terminal.js';
import { instanceColumns } from '../views.js';
import type { Action } from './action.js';
import { outcomeOf } from './outcome.js';

export const run: Action<'workflow run'> = async ({ flags, args, terminal }) => {
  if (flags.timeout !== undefined && !flags.wait) throw usage('--timeout is how long to wait: it needs --wait');
  const input = await readJson('--input', flags.input, terminal);
  const tags = readTags(flags.tag);
  const workflows = await Workflows.connect(flags, terminal);
  const instanceId = await workflows.start({
    workflowName: args.workflow,
    onConflict: flags['on-conflict'],
    ...(flags['instance-id'] === undefined ? {} : { instanceId: flags['instance-id'] }),
    ...(flags['start-time'] === undefined ? {} : { scheduledStartMs: flags['start-time'] }),
    ...(flags['version-name'] === undefined ? {} : { version: flags['version-name'] }),
    ...(input === undefined ? {} : { input }),
    ...(tags === undefined ? {} : { tags }),
  });
  if (!flags.wait) {
    await printStarted(instanceId, flags, terminal);
    return 'ok';
  }
  if (new Printer(flags, terminal).forPeople) terminal.err(`Started ${instanceId}, waiting for its end.\n`);
  return waitFor(workflows, instanceId, 'closed', flags, terminal);
};

export const wait: Action<'workflow wait'> = async ({ flags, args, terminal }) => {
  const workflows = await Workflows.connect(flags, terminal);
  return waitFor(workflows, args['instance-id'], flags.until, flags, terminal);
};

export const rerun: Action<'workflow rerun'> = async ({ flags, args, terminal }) => {
  const input = await readJson('--input', flags.input, terminal);
  const workflows = await Workflows.connect(flags, terminal);
  const source = args['instance-id'];
  const instanceId = await workflows.rerun(source, {
    eventId: flags['event-id'] ?? (await firstStep(workflows, source)),
    ...(flags['new-instance-id'] === undefined ? {} : { newInstanceId: flags['new-instance-id'] }),
    ...(input === undefined ? {} : { input }),
  });
  await printStarted(instanceId, flags, terminal);
  return 'ok';
};

/** The first thing the instance did: a rerun from there runs everything again. */
async function firstStep(workflows: Workflows, instanceId: string): Promise<number> {
  const steps = new Set(['taskScheduled', 'timerCreated', 'childWorkflowCreated']);
  const first = (await workflows.history(instanceId)).find(({ kind }) => steps.has(kind));
  if (first) return first.eventId;
  throw new CliFailure('conflict', `${instanceId} ran no activity, timer or child workflow that could be run again`, {
    remedy: 'Start a new instance with wfhost workflow run.',
  });
}

type WaitFlags = OutputFlags & WorkflowFlags & { readonly timeout: number | undefined };

async function waitFor(
  workflows: Workflows,
  instanceId: string,
  until: Until,
  flags: WaitFlags,
  terminal: Terminal,
): Promise<ExitName> {
  const printer = new Printer(flags, terminal);
  const columns = instanceColumns(printer.time);
  printer.check(columns);
  // Waiting for an id that does not exist would park until somebody starts it: a typing error should say so at once.
  await workflows.get(instanceId);
  const instance = await workflows.wait(instanceId, until, { timeoutMs: flags.timeout, now: terminal.now });
  await printer.record(instance, columns, instanceId);
  return outcomeOf(instance);
}

/** The id alone on standard output for people too: `id=$(wfhost wf run …)` works without a flag. */
async function printStarted(instanceId: string, flags: OutputFlags, terminal: Terminal): Promise<void> {
  await new Printer(flags, terminal).record({ instanceId }, [{ id: 'id', cell: (row) => row.instanceId }], instanceId);
}

function readTags(pairs: readonly string[]): Readonly<Record<string, string>> | undefined {
  if (pairs.length === 0) return undefined;
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw usage(`--tag: "${pair}" is not KEY=VALUE`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}

import { Workflows, type WorkflowFlags } from '../api/workflows.js';
import { CliFailure, usage } from '../failure.js';
import type { ExitName } from '../exit-codes.js';
import { readIds, readJson } from '../input.js';
import type { Terminal } from '../terminal.js';
import type { Action } from './action.js';

export const raiseEvent: Action<'workflow raise-event'> = async ({ flags, args, terminal }) => {
  const target = args['instance-id/event'];
  // Ids may hold slashes, names of events hardly do: the last one separates.
  const at = target.lastIndexOf('/');
  if (at < 1 || at === target.length - 1) throw usage(`"${target}" is not INSTANCE-ID/EVENT`);
  const [instanceId, eventName] = [target.slice(0, at), target.slice(at + 1)];
  const data = await readJson('--input', flags.input, terminal);
  const workflows = await Workflows.connect(flags, terminal);
  await workflows.raiseEvent(instanceId, eventName, data);
  say(flags, terminal, `Raised ${eventName} on ${instanceId}.`);
  return 'ok';
};

export const suspend: Action<'workflow suspend'> = ({ flags, args, terminal }) =>
  onEach(args['instance-id'], flags, terminal, 'Suspended', (workflows, id) => workflows.suspend(id, flags.reason));

export const resume: Action<'workflow resume'> = ({ flags, args, terminal }) =>
  onEach(args['instance-id'], flags, terminal, 'Resumed', (workflows, id) => workflows.resume(id, flags.reason));

export const terminate: Action<'workflow terminate'> = async ({ flags, args, terminal }) => {
  const output = await readJson('--output', flags.output, terminal);
  const options = { recursive: !flags['no-recursive'], ...(output === undefined ? {} : { output }) };
  return onEach(args['instance-id'], flags, terminal, 'Terminated', (workflows, id) =>
    workflows.terminate(id, options),
  );
};

type ActFlags = WorkflowFlags & { readonly quiet: boolean };

/** Acts on one after the other. One that fails does not keep the others from being tried; the first failure decides the exit code. */
async function onEach(
  words: readonly string[],
  flags: ActFlags,
  terminal: Terminal,
  done: string,
  act: (workflows: Workflows, instanceId: string) => Promise<void>,
): Promise<ExitName> {
  const ids = await readIds(words, terminal);
  const workflows = await Workflows.connect(flags, terminal);
  const failures: CliFailure[] = [];
  for (const id of ids) {
    try {
      await act(workflows, id);
      say(flags, terminal, `${done} ${id}.`);
    } catch (error) {
      if (!(error instanceof CliFailure) || error.exit === 'unreachable' || error.exit === 'auth') throw error;
      failures.push(error);
      if (ids.length > 1) terminal.err(`wfhost: ${id}: ${error.message}\n`);
    }
  }
  const [first] = failures;
  if (!first) return 'ok';
  if (ids.length === 1) throw first;
  throw new CliFailure(first.exit, `${failures.length} of ${ids.length} instances were left as they are`, {
    cause: first,
  });
}

/** Sentences go to standard error: standard output is for results. */
function say(flags: { readonly quiet: boolean }, terminal: Terminal, sentence: string): void {
  if (!flags.quiet) terminal.err(`${sentence}\n`);
}

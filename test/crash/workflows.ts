import { appendFileSync } from 'node:fs';
import {
  defineActivity,
  defineEvent,
  defineWorkflow,
  type ActivityContext,
  type WorkflowContext,
} from '../../sdk/index.js';
import type { Op, ProgramInput, Progress } from './program.js';

/** Told about every run of an activity or a step. */
export type Note = (context: ActivityContext, value: number) => void;

/** Notes one line per run in a file: instance, idempotency key, value. A line is one `write`, which a kill does not undo. */
export function noteInFile(path: string): Note {
  return (context, value) => appendFileSync(path, `${context.instanceId}\t${context.idempotencyKey}\t${value}\n`);
}

export const numbered = defineEvent<number>('numbered');

/** The code under load: an interpreter of programs, and the activity that leaves a trace. */
export function makeWorkflows(note: Note) {
  const noted = (context: ActivityContext, value: number): number => {
    note(context, value);
    return value;
  };
  const add = defineActivity('add', async (value: number, context) => noted(context, value));

  async function perform(wf: WorkflowContext, op: Exclude<Op, { kind: 'again' }>): Promise<number> {
    switch (op.kind) {
      case 'call':
        return wf.call(add, op.value);
      case 'step':
        return wf.step('add', (context) => noted(context, op.value));
      case 'fan': {
        const values = await wf.all(op.values.map((value) => wf.call(add, value)));
        return values.reduce((sum, value) => sum + value, 0);
      }
      case 'sleep':
        await wf.sleep(op.ms);
        return 0;
      case 'child':
        return (await wf.child(program, { ops: op.ops, progress: { sum: 0, events: [] } })).sum;
      case 'event':
        return 0;
    }
  }

  const program = defineWorkflow('program', async (wf, input: ProgramInput): Promise<Progress> => {
    let { sum } = input.progress;
    const events = [...input.progress.events];
    for (const [index, op] of input.ops.entries()) {
      if (op.kind === 'again') {
        return wf.continueAsNew({ ops: input.ops.slice(index + 1), progress: { sum, events } });
      }
      if (op.kind === 'event') events.push(await wf.waitFor(numbered));
      else sum += await perform(wf, op);
    }
    return { sum, events };
  });

  return { program, add };
}

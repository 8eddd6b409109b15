import { appendFileSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { WorkflowActivityContext, WorkflowContext, WorkflowRuntime } from '@dapr/dapr';

/** Workflows as an application on `@dapr/dapr` writes them. The SDK drops inputs that are falsy. */

type Step = unknown;
type Flow<Result> = AsyncGenerator<Step, Result, never>;

const scratch = process.env['WFHOST_SCRATCH'] ?? '.';

const activities = {
  PlusOne: async (_context: WorkflowActivityContext, n: number) => n + 1,
  SayHello: async (_context: WorkflowActivityContext, name: string) => `Hello ${name}!`,
  Echo: async (_context: WorkflowActivityContext, text: string) => text,
  Fail: async (_context: WorkflowActivityContext, text: string) => {
    throw new RangeError(text);
  },
  /** Counts its attempts in a file, whichever worker has it, and fails until there were enough. */
  Flaky: async (_context: WorkflowActivityContext, { key, failures }: { key: string; failures: number }) => {
    const file = join(scratch, key);
    appendFileSync(file, '.');
    const attempts = statSync(file).size;
    if (attempts <= failures) throw new Error(`attempt ${attempts} fails`);
    return attempts;
  },
  /** Waits until two processes are at it. */
  Meet: async (_context: WorkflowActivityContext, key: string) => {
    writeFileSync(join(scratch, `${key}-${process.pid}`), '');
    const endsAt = Date.now() + 30_000;
    while (readdirSync(scratch).filter((name) => name.startsWith(`${key}-`)).length < 2) {
      if (Date.now() > endsAt) throw new Error('only one worker has work');
      await pause(20);
    }
    return process.pid;
  },
  /** The first worker that gets this does not survive it. */
  Die: async (_context: WorkflowActivityContext, key: string) => {
    const mark = join(scratch, key);
    if (existsSync(mark)) return 'survived';
    writeFileSync(mark, '');
    process.kill(process.pid, 'SIGKILL');
    return 'unreachable';
  },
};

const workflows = {
  async *Chain(context: WorkflowContext, n: number): Flow<number> {
    let value = n;
    for (let step = 0; step < 3; step++) value = yield context.callActivity('PlusOne', value);
    return value;
  },
  async *Greetings(context: WorkflowContext, names: readonly string[]): Flow<string[]> {
    const greetings: string[] = [];
    for (const name of names) greetings.push(yield context.callActivity('SayHello', name));
    return greetings;
  },
  async *FanOut(context: WorkflowContext, n: number): Flow<number> {
    const tasks = Array.from({ length: n }, (_, index) => context.callActivity('PlusOne', index + 1));
    const results: number[] = yield context.whenAll(tasks) as Step;
    return results.reduce((sum, each) => sum + each, 0);
  },
  async *Sleep(context: WorkflowContext, seconds: number): Flow<string> {
    yield context.createTimer(seconds);
    return 'rested';
  },
  async *FarFuture(context: WorkflowContext): Flow<string> {
    const event = context.waitForExternalEvent('go');
    const timer = context.createTimer(new Date('9999-12-31T23:59:59.999Z'));
    yield context.whenAny([event, timer]);
    return String(event.getResult());
  },
  /** Works first, so that an event may come before it is waited for. */
  async *WaitGo(context: WorkflowContext): Flow<unknown> {
    yield context.callActivity('PlusOne', 1);
    return yield context.waitForExternalEvent('go');
  },
  async *Approval(context: WorkflowContext, seconds: number): Flow<string> {
    const approved = context.waitForExternalEvent('approve');
    const winner: unknown = yield context.whenAny([approved, context.createTimer(seconds)]);
    return winner === approved ? `approved by ${String(approved.getResult())}` : 'timed out';
  },
  async *Parent(context: WorkflowContext, n: number): Flow<number> {
    const doubled: number = yield context.callChildWorkflow('Child', n);
    return doubled + 1;
  },
  async *Child(context: WorkflowContext, n: number): Flow<number> {
    const chained: number = yield context.callChildWorkflow('Chain', n);
    return chained * 2;
  },
  async *Sum(context: WorkflowContext, { left, total }: { left: number; total: number }): Flow<number> {
    const item: number = yield context.waitForExternalEvent('item');
    if (left > 1) context.continueAsNew({ left: left - 1, total: total + item }, true);
    return total + item;
  },
  async *Throws(context: WorkflowContext, text: string): Flow<void> {
    yield context.callActivity('Fail', text);
  },
  async *Catches(context: WorkflowContext, text: string): Flow<string> {
    try {
      yield context.callActivity('Fail', text);
    } catch (error) {
      return `caught ${(error as Error).message}`;
    }
    return 'nothing was thrown';
  },
  async *Status(context: WorkflowContext): Flow<string> {
    context.setCustomStatus('first');
    const word: string = yield context.waitForExternalEvent('go');
    context.setCustomStatus(word);
    return 'done';
  },
  async *Guardian(context: WorkflowContext, childId: string): Flow<unknown> {
    return yield context.callChildWorkflow('WaitGo', undefined, childId);
  },
  async *Echoes(context: WorkflowContext, text: string): Flow<string> {
    return yield context.callActivity('Echo', text);
  },
  async *MeetAll(context: WorkflowContext, key: string): Flow<number> {
    const tasks = Array.from({ length: 8 }, () => context.callActivity('Meet', key));
    const pids: number[] = yield context.whenAll(tasks) as Step;
    return new Set(pids).size;
  },
  async *DieOnce(context: WorkflowContext, key: string): Flow<string> {
    const before: number = yield context.callActivity('PlusOne', 1);
    const word: string = yield context.callActivity('Die', key);
    return `${word} after ${before}`;
  },
};

export function register(runtime: WorkflowRuntime): void {
  for (const [name, activity] of Object.entries(activities)) runtime.registerActivityWithName(name, activity);
  for (const [name, workflow] of Object.entries(workflows)) runtime.registerWorkflowWithName(name, workflow);
}

import type { WorkflowActivityContext, WorkflowContext, WorkflowRuntime } from '@dapr/dapr';

/** The workflows the transcripts in `test/golden` were recorded with. */

type Step = unknown;
type Flow<Result> = AsyncGenerator<Step, Result, unknown>;

const activities = {
  Plus1: async (_context: WorkflowActivityContext, n: number) => n + 1,
  SayHello: async (_context: WorkflowActivityContext, name: string) => `Hello ${name}!`,
  Failing: async (_context: WorkflowActivityContext, text?: string) => {
    throw new TypeError(text ?? 'boom');
  },
};

const workflows = {
  async *echo(_context: WorkflowContext, input?: unknown): Flow<unknown> {
    return input ?? 'undef';
  },
  async *waitEvt(context: WorkflowContext): Flow<unknown> {
    return (yield context.waitForExternalEvent('go')) ?? 'undef';
  },
  async *throws(_context: WorkflowContext, text?: string): Flow<void> {
    throw new Error(text ?? 'wf bad');
  },
  async *chain3(context: WorkflowContext, n: number): Flow<unknown> {
    let value: unknown = n;
    for (let step = 0; step < 3; step++) value = yield context.callActivity('Plus1', value);
    return value;
  },
  async *timer1(context: WorkflowContext): Flow<string> {
    yield context.createTimer(1);
    return 'fired';
  },
  async *parent(context: WorkflowContext, name: string): Flow<unknown> {
    return yield context.callChildWorkflow('childEcho', name);
  },
  async *childEcho(context: WorkflowContext, name: string): Flow<unknown> {
    return yield context.callActivity('SayHello', name);
  },
  async *parentWait(context: WorkflowContext): Flow<unknown> {
    return yield context.callChildWorkflow('childWait');
  },
  async *childWait(context: WorkflowContext): Flow<unknown> {
    return yield context.waitForExternalEvent('go');
  },
  async *parentNoAwait(context: WorkflowContext): Flow<string> {
    void context.callChildWorkflow('childWait');
    return 'not awaited';
  },
  async *status(context: WorkflowContext): Flow<void> {
    context.setCustomStatus('step1');
    yield context.callActivity('SayHello', 'x');
    context.setCustomStatus('step2');
    yield context.waitForExternalEvent('go');
    context.setCustomStatus('step3');
  },
  async *actFail(context: WorkflowContext): Flow<void> {
    yield context.callActivity('Failing');
  },
};

export function registerGolden(runtime: WorkflowRuntime): void {
  for (const [name, activity] of Object.entries(activities)) runtime.registerActivityWithName(name, activity);
  for (const [name, workflow] of Object.entries(workflows)) runtime.registerWorkflowWithName(name, workflow);
}

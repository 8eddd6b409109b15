import type { WorkflowActivityContext, WorkflowContext, WorkflowRuntime } from '@dapr/dapr';

/** Workflows as an application on `@dapr/dapr` writes them: generators that yield tasks. The SDK drops inputs that are falsy. */

type Step = unknown;

async function plusOne(_context: WorkflowActivityContext, n: number): Promise<number> {
  return n + 1;
}

async function failing(_context: WorkflowActivityContext, text: string): Promise<never> {
  throw new TypeError(text);
}

async function* chain(context: WorkflowContext, n: number): AsyncGenerator<Step, number, number> {
  let value = n;
  for (let step = 0; step < 3; step++) value = yield context.callActivity(plusOne, value);
  return value;
}

async function* fanOut(context: WorkflowContext, n: number): AsyncGenerator<Step, number, number[]> {
  const tasks = Array.from({ length: n }, (_, index) => context.callActivity(plusOne, index + 1));
  const results = yield context.whenAll(tasks);
  return results.reduce((sum, each) => sum + each, 0);
}

/** An event against a timer: whichever comes first. */
async function* approval(context: WorkflowContext, seconds: number): AsyncGenerator<Step, string, unknown> {
  const approved = context.waitForExternalEvent('approve');
  const winner = yield context.whenAny([approved, context.createTimer(seconds)]);
  return winner === approved ? `approved by ${String(approved.getResult())}` : 'timed out';
}

async function* parent(context: WorkflowContext, n: number): AsyncGenerator<Step, number, number> {
  return (yield context.callChildWorkflow(chain, n)) * 10;
}

async function* countTo(
  context: WorkflowContext,
  { from, to }: { from: number; to: number },
): AsyncGenerator<Step, number, number> {
  const next = yield context.callActivity(plusOne, from);
  if (next < to) context.continueAsNew({ from: next, to }, true);
  return next;
}

async function* waitGo(context: WorkflowContext): AsyncGenerator<Step, string, string> {
  context.setCustomStatus('waiting');
  return yield context.waitForExternalEvent('go');
}

async function* fails(context: WorkflowContext, text: string): AsyncGenerator<Step, void, unknown> {
  yield context.callActivity(failing, text);
}

async function* parentOfWaiting(context: WorkflowContext, childId: string): AsyncGenerator<Step, string, string> {
  return yield context.callChildWorkflow(waitGo, undefined, childId);
}

/** Registers all of them under the names of the functions. */
export function register(runtime: WorkflowRuntime): void {
  for (const activity of [plusOne, failing]) runtime.registerActivity(activity);
  for (const workflow of [chain, fanOut, approval, parent, countTo, waitGo, fails, parentOfWaiting]) {
    runtime.registerWorkflow(workflow);
  }
}

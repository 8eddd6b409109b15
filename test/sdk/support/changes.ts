import { activityRef, defineEvent, workflowRef, type WorkflowContext } from '../../../sdk/index.js';

export const a = activityRef<void, unknown>('a');
export const b = activityRef<void, unknown>('b');
export const c = activityRef<void, unknown>('c');
export const fails = activityRef<void, unknown>('fails');
export const ship = workflowRef<void, unknown>('ship');
export const send = workflowRef<void, unknown>('send');
export const go = defineEvent('go');
export const stop = defineEvent('stop');

export type Code = (wf: WorkflowContext) => Promise<unknown>;

/** `before` made the history, up to the wait at its end; `after` is what the worker has now. */
export interface Change {
  readonly change: string;
  readonly before: Code;
  readonly after: Code;
  readonly expected: string;
  readonly got: string;
}

export const plain: Code = async (wf) => {
  await wf.call(a);
  await wf.call(b);
  await wf.waitFor(go);
};

import type { Action } from '../../core/orchestration/action.js';

/** Field number of each kind in the message `WorkflowAction`. Both ways to complete are one kind on the wire. */
export const actionField = {
  scheduleTask: 2,
  createChildWorkflow: 3,
  createTimer: 4,
  sendEvent: 5,
  completeWorkflow: 6,
  continueAsNew: 6,
  terminateWorkflow: 7,
  versionNotAvailable: 10,
  createDetachedWorkflow: 11,
} as const satisfies Record<Action['kind'], number>;

/** Where an action says which application it is for. This host has one: passed over. */
export const actionRouterField = 9;

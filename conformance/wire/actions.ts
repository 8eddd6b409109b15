import { assertNever } from '../../core/index.js';
import type { Action, HistoryEvent } from '../../core/orchestration/index.js';
import type { Message } from './client.js';
import { defined, failureTo, timestamp, wrapped } from './values.js';

/** An action in the words of the wire. */
export function actionTo(action: Action): Message {
  const { id } = action;
  switch (action.kind) {
    case 'scheduleTask': {
      const { name, input, taskExecutionId } = action;
      return { id, scheduleTask: defined({ name, input: wrapped(input), taskExecutionId }) };
    }
    case 'createTimer':
      return { id, createTimer: defined({ fireAt: timestamp(action.fireAt), name: action.name }) };
    case 'createChildWorkflow': {
      const { name, input, instanceId } = action;
      return { id, createChildWorkflow: defined({ name, input: wrapped(input), instanceId }) };
    }
    case 'sendEvent': {
      const { instanceId, name, data } = action;
      return { id, sendEvent: defined({ instance: { instanceId }, name, data: wrapped(data) }) };
    }
    case 'completeWorkflow':
      return {
        id,
        completeWorkflow: defined({
          workflowStatus: `ORCHESTRATION_STATUS_${action.status}`,
          result: wrapped(action.result),
          failureDetails: failureTo(action.failure),
        }),
      };
    case 'continueAsNew':
      return {
        id,
        completeWorkflow: defined({
          workflowStatus: 'ORCHESTRATION_STATUS_CONTINUED_AS_NEW',
          result: wrapped(action.input),
          carryoverEvents: action.carryover.map(raisedTo),
        }),
      };
    case 'terminateWorkflow': {
      const { instanceId, reason, recurse } = action;
      return { id, terminateWorkflow: defined({ instanceId, reason: wrapped(reason), recurse }) };
    }
    case 'createDetachedWorkflow': {
      const { instanceId, name, input } = action;
      return { id, createDetachedWorkflow: defined({ instanceId, name, input: wrapped(input) }) };
    }
    case 'versionNotAvailable':
      return { id, workflowVersionNotAvailable: {} };
    default:
      return assertNever(action);
  }
}

/** Carried events are raised ones. */
function raisedTo(event: HistoryEvent): Message {
  if (event.kind !== 'eventRaised') throw new Error(`cannot carry over ${event.kind}`);
  const eventRaised = defined({ name: event.name, input: wrapped(event.data) });
  return { eventId: -1, timestamp: timestamp({ ms: event.timestampMs }), eventRaised };
}

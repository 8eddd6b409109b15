import type { ActivityItem, ActivityOutcome, TurnItem } from '../../core/index.js';
import { taskHubWire, type Message, type WireClient, type WireOptions } from '../wire/client.js';
import { actionTo } from '../wire/actions.js';
import { eventFrom } from '../wire/history.js';
import { defined, failureTo, message, messages, number, text, unwrapped, wrapped } from '../wire/values.js';
import type { SuiteWorker } from './suite-worker.js';

/** The suite's worker at a TaskHub stream. */
export interface TaskHubStream {
  /** Leaves; everything it holds is handed out again. */
  close(): void;
}

const reconnectAfterMs = 100;

/** No capability; the field alone says which family of workers speaks, and so which readings of clashing fields it has. */
const greeting: Message = { capabilities: ['WORKER_CAPABILITY_UNSPECIFIED'] };

/** Opens the worker's stream and answers what comes; a stream that ends is opened again until it is closed. */
export function attachToTaskHub(worker: SuiteWorker, options: WireOptions): TaskHubStream {
  let wire: WireClient;
  let cancel = (): void => undefined;
  let closed = false;
  const open = (): void => {
    wire = taskHubWire(options);
    const own = wire;
    cancel = own.stream(
      'GetWorkItems',
      greeting,
      (item) => void answer(worker, own, item).catch(() => undefined),
      () => {
        own.close();
        if (!closed) setTimeout(() => closed || open(), reconnectAfterMs);
      },
    );
  };
  open();
  return {
    close: () => {
      closed = true;
      cancel();
      wire.close();
    },
  };
}

async function answer(worker: SuiteWorker, wire: WireClient, item: Message): Promise<void> {
  const completionToken = text(item['completionToken']);
  if (item['request'] === 'workflowRequest') {
    const turn = turnOf(message(item['workflowRequest']), completionToken);
    const outcome = await worker.turn(turn);
    if (outcome.kind !== 'answered') return;
    const { actions, customStatus, version } = outcome.response;
    const response = { instanceId: turn.instanceId, actions: actions.map(actionTo), completionToken, version };
    await wire.call('CompleteOrchestratorTask', defined({ ...response, customStatus: wrapped(customStatus) }));
  } else if (item['request'] === 'activityRequest') {
    const activity = activityOf(message(item['activityRequest']), completionToken);
    const { instanceId, taskId } = activity;
    const outcome = await worker.activity(activity);
    await wire.call('CompleteActivityTask', defined({ instanceId, taskId, completionToken, ...resultOf(outcome) }));
  }
}

function resultOf(outcome: ActivityOutcome): Message {
  if (outcome.kind === 'completed') return { result: wrapped(outcome.result) };
  return outcome.kind === 'failed' ? { failureDetails: failureTo(outcome.failure) } : {};
}

function turnOf(request: Message, leaseToken: string): TurnItem {
  const past = messages(request['pastEvents']).map(eventFrom);
  const newEvents = messages(request['newEvents']).map(eventFrom);
  return {
    component: '',
    instanceId: text(request['instanceId']),
    executionId: unwrapped(request['executionId']) ?? '',
    generation: 0,
    workflowName: '',
    leaseToken,
    pastCount: past.length,
    newEvents,
    past: (from) => past.slice(from),
  };
}

function activityOf(request: Message, leaseToken: string): ActivityItem {
  const input = unwrapped(request['input']);
  const taskExecutionId = text(request['taskExecutionId']);
  return {
    component: '',
    instanceId: text(message(request['workflowInstance'])['instanceId']),
    executionId: '',
    generation: 0,
    workflowName: '',
    taskId: number(request['taskId']),
    name: text(request['name']),
    leaseToken,
    ...(input === undefined ? {} : { input }),
    ...(taskExecutionId === '' ? {} : { taskExecutionId }),
    history: () => Promise.reject(new Error('the suite has no steps')),
  };
}

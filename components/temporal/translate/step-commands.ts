import type { ChildStart, Effect, RunActivity, State } from '../../../core/orchestration/index.js';
import { abandonChild, commandType, durationOf, reusePolicy, type Command } from '../vendor.js';
import { writeHeader, type ActivityNote, type ChildNote, type SentNote, type StartNote } from './note.js';
import { payloadOf, payloadsOf } from './payload.js';
import { serverId } from './task-id.js';

export interface CommandSettings {
  readonly namespace: string;
  readonly taskQueue: string;
  readonly workflowTaskTimeoutMs: number;
  readonly activityHeartbeatMs: number;
  /** A generation that begins in a history longer than this begins a new run. */
  readonly eventsPerRun: number;
}

/** Type of the small runs that terminate a family; see `operations/cascade.ts`. */
export const cascadeType = 'wfh.cascade';

/** In the memo of a run that another began and does not wait for: the server alone calls it a child. */
export const detachedKey = 'wfh.detached';

/** What a cascade has to do. */
export interface CascadeOrder {
  readonly instanceId: string;
  readonly output?: string;
  readonly recurse: boolean;
}

/** Far beyond any activity; what bounds a lost one is its heart-beat. */
const activityTimeoutMs = 10 * 365 * 24 * 3_600_000;

export function activityCommand(
  state: State,
  executionId: string,
  task: RunActivity,
  settings: CommandSettings,
): Command {
  const { taskId, name, version, input, taskExecutionId, trace } = task;
  const note: ActivityNote = {
    executionId,
    generation: state.generation,
    taskId,
    ...(version === undefined ? {} : { version }),
    ...(taskExecutionId === undefined ? {} : { taskExecutionId }),
    ...(trace ? { trace } : {}),
  };
  return {
    commandType: commandType.scheduleActivity,
    scheduleActivityTaskCommandAttributes: {
      activityId: serverId(state.generation, taskId),
      activityType: { name },
      taskQueue: { name: settings.taskQueue },
      header: writeHeader(note),
      input: payloadsOf(input),
      startToCloseTimeout: durationOf(activityTimeoutMs),
      heartbeatTimeout: durationOf(settings.activityHeartbeatMs),
      retryPolicy: { initialInterval: durationOf(100), backoffCoefficient: 1.5, maximumInterval: durationOf(5_000) },
      requestEagerExecution: true,
    },
  };
}

/** `about`: the action that starts it. */
export function childCommand(
  state: State,
  start: ChildStart,
  about: Omit<ChildNote, 'generation' | 'version' | 'trace'>,
  settings: CommandSettings,
): Command {
  const note: ChildNote = {
    generation: state.generation,
    ...about,
    ...(start.version === undefined ? {} : { version: start.version }),
    ...(start.trace ? { trace: start.trace } : {}),
  };
  return {
    commandType: commandType.startChild,
    startChildWorkflowExecutionCommandAttributes: {
      namespace: settings.namespace,
      workflowId: start.instanceId,
      workflowType: { name: start.name },
      taskQueue: { name: settings.taskQueue },
      input: payloadsOf(start.input),
      workflowTaskTimeout: durationOf(settings.workflowTaskTimeoutMs),
      parentClosePolicy: abandonChild,
      workflowIdReusePolicy: reusePolicy.allowDuplicate,
      control: JSON.stringify(note),
      header: writeHeader(startNoteOf(start)),
      ...(start.parent ? {} : { memo: { fields: { [detachedKey]: payloadOf('true') } } }),
    },
  };
}

/** What of a start has no field of its own on the server. */
export function startNoteOf({ version, parent, tags, trace, scheduledStartMs }: Omit<ChildStart, 'name'>): StartNote {
  return {
    ...(version === undefined ? {} : { version }),
    ...(parent ? { parent } : {}),
    ...(tags ? { tags } : {}),
    ...(trace ? { trace } : {}),
    ...(scheduledStartMs === undefined ? {} : { scheduledStartMs }),
  };
}

export function sendCommand(
  state: State,
  { instanceId, name, data }: Extract<Effect, { kind: 'sendEvent' }>,
  taskId: number,
  { namespace }: CommandSettings,
): Command {
  const note: SentNote = { generation: state.generation, taskId };
  return {
    commandType: commandType.signalExternal,
    signalExternalWorkflowExecutionCommandAttributes: {
      namespace,
      execution: { workflowId: instanceId },
      signalName: name,
      input: payloadsOf(data),
      header: writeHeader(note),
    },
  };
}

/** Workflows cannot terminate others on the server, so a run of its own does it. */
export function cascadeCommand(
  state: State,
  { instanceId, output, recurse }: Extract<Effect, { kind: 'terminateOther' }>,
  settings: CommandSettings,
): Command {
  const order: CascadeOrder = { instanceId, recurse, ...(output === undefined ? {} : { output }) };
  const note: ChildNote = { generation: state.generation, taskId: -1, detached: true };
  return {
    commandType: commandType.startChild,
    startChildWorkflowExecutionCommandAttributes: {
      namespace: settings.namespace,
      workflowId: `${cascadeType}/${instanceId}/${state.started?.executionId ?? ''}/${state.eventCount}`,
      workflowType: { name: cascadeType },
      taskQueue: { name: settings.taskQueue },
      input: payloadsOf(JSON.stringify(order)),
      parentClosePolicy: abandonChild,
      workflowIdReusePolicy: reusePolicy.allowDuplicate,
      control: JSON.stringify(note),
    },
  };
}

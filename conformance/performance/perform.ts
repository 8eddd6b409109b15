import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowError, isClosed, type WorkflowComponent, type WorkflowInstance } from '../../core/index.js';
import type { HistoryEvent } from '../../core/orchestration/index.js';
import { Mismatch } from '../world.js';

/** What is done to a component: one instance is started and given its events. */
export interface Scenario {
  readonly workflowName: string;
  readonly instanceId: string;
  readonly input?: string;
  /** Raised one after the other, each when the instance has come to rest. */
  readonly events: readonly { readonly name: string; readonly data?: string }[];
  /** How long all of it may take, ms. */
  readonly timeoutMs: number;
}

/** What came of it. */
export interface Performance {
  readonly instance: WorkflowInstance;
  /** By instance id: of the instance and its descendants. Absent: the component shows no history. */
  readonly histories?: ReadonlyMap<string, readonly HistoryEvent[]>;
}

/** Rejects with `Mismatch` when the instance does not come to rest or to its end in time. */
export async function perform(component: WorkflowComponent, scenario: Scenario): Promise<Performance> {
  const { workflowName, instanceId, input, events } = scenario;
  const deadline = performance.now() + scenario.timeoutMs;
  await component.start({
    instanceId,
    workflowName,
    ...(input === undefined ? {} : { input }),
  });
  for (const [index, { name, data }] of events.entries()) {
    const atRest = async (): Promise<boolean> => isAtRest(component, instanceId, index);
    await until(`"${instanceId}" waits for the event "${name}"`, deadline, atRest);
    await component.raiseEvent({ instanceId, eventName: name, ...(data === undefined ? {} : { data }) });
  }
  await until(`"${instanceId}" has ended`, deadline, async () =>
    isClosed((await component.get({ instanceId })).status),
  );
  const histories = await historiesOf(component, instanceId);
  return { instance: await component.get({ instanceId }), ...(histories ? { histories } : {}) };
}

/**
 * Whether nothing but an event or a timer can move the instance: it has ended, or it runs, has seen all events so far,
 * and waits for no activity and no child. So every component is given its events at the same points of the history.
 */
async function isAtRest(component: WorkflowComponent, instanceId: string, raised: number): Promise<boolean> {
  const { status } = await component.get({ instanceId });
  if (status !== 'RUNNING' || !component.optional.history) return status !== 'PENDING';
  const { events } = await component.optional.history({ instanceId });
  const open = new Set<number>();
  let seen = 0;
  for (const event of events) {
    if (event.kind === 'taskScheduled' || event.kind === 'childWorkflowCreated') open.add(event.eventId);
    if ('taskId' in event && typeof event.taskId === 'number') open.delete(event.taskId);
    if (event.kind === 'eventRaised') seen += 1;
  }
  return open.size === 0 && seen >= raised;
}

async function historiesOf(
  component: WorkflowComponent,
  instanceId: string,
): Promise<ReadonlyMap<string, readonly HistoryEvent[]> | undefined> {
  if (!component.optional.history) return undefined;
  const histories = new Map<string, readonly HistoryEvent[]>();
  const left = [instanceId];
  for (let id = left.shift(); id !== undefined; id = left.shift()) {
    const { events } = await component.optional.history({ instanceId: id }).catch(none);
    histories.set(id, events);
    left.push(...events.flatMap((event) => (event.kind === 'childWorkflowCreated' ? [event.instanceId] : [])));
  }
  return histories;
}

/** A child that was refused has no history. */
function none(error: unknown): { readonly events: readonly HistoryEvent[] } {
  const known = WorkflowError.from(error);
  if (known.code !== 'ERR_INSTANCE_NOT_FOUND') throw known;
  return { events: [] };
}

const longestPauseMs = 100;

async function until(what: string, deadline: number, holds: () => Promise<boolean>): Promise<void> {
  for (let pauseMs = 1; !(await holds()); pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    if (performance.now() > deadline) throw new Mismatch(`not in time: ${what}`);
    await pause(pauseMs);
  }
}

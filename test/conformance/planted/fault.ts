import {
  WorkflowError,
  type ActivityItem,
  type ActivityOutcome,
  type ComponentContext,
  type ComponentFactory,
  type ErrorCode,
  type OptionalOperations,
  type TurnItem,
  type TurnOutcome,
  type WorkflowComponent,
  type WorkflowInstance,
} from '../../../core/index.js';
import type { Action, HistoryEvent, TurnResponse } from '../../../core/orchestration/index.js';

/** One thing that is wrong with an engine: with what it gets of the world, or with what its callers see of it. */
export interface Fault {
  /** `engine` is there as soon as work comes. */
  readonly context?: (given: ComponentContext, engine: () => WorkflowComponent) => ComponentContext;
  readonly component?: (engine: WorkflowComponent) => WorkflowComponent;
}

/** A fault, and how the suite shows it. */
export interface PlantedFault extends Fault {
  readonly name: string;
  /** The case that must fail. */
  readonly caughtBy: string;
  /** Part of what the case must say: it fails for this, and not because the fault broke something else. */
  readonly because: string;
}

/** The engine with the fault in it. */
export function plant(factory: ComponentFactory, fault: Fault): ComponentFactory {
  return {
    ...factory,
    create: (spec, given) => {
      const context = fault.context?.(given, () => engine) ?? given;
      const engine: WorkflowComponent = factory.create(spec, context);
      return fault.component?.(engine) ?? engine;
    },
  };
}

type Methods = Omit<WorkflowComponent, 'manifest' | 'optional'>;

/** Operations that behave differently. */
export function calls(change: (engine: WorkflowComponent) => Partial<Methods>): Fault {
  return { component: (engine) => ({ ...engine, ...change(engine) }) };
}

export function optionalCalls(
  change: (own: Required<Omit<OptionalOperations, 'purgeByFilter'>>, engine: WorkflowComponent) => OptionalOperations,
): Fault {
  return {
    component: (engine) => {
      const { list, history, wait, rerun } = engine.optional;
      if (!list || !history || !wait || !rerun) throw new Error('the sound engine has all of these');
      return { ...engine, optional: { ...engine.optional, ...change({ list, history, wait, rerun }, engine) } };
    },
  };
}

/** Instances that look different. */
export function views(make: () => (view: WorkflowInstance) => WorkflowInstance): Fault {
  return {
    component: (engine) => {
      const change = make();
      return { ...engine, get: async (request) => change(await engine.get(request)) };
    },
  };
}

export function histories(change: (events: readonly HistoryEvent[]) => readonly HistoryEvent[]): Fault {
  return optionalCalls(({ history }) => ({
    history: async (request) => ({ events: change((await history(request)).events) }),
  }));
}

/** Turns that workers see differently. */
export function turns(make: () => (item: TurnItem) => TurnItem): Fault {
  return {
    context: (given) => {
      const change = make();
      return withWorkers(given, { turn: (item) => given.workers.turn(change(item)) });
    },
  };
}

/** New events of turns that are not what came. */
export function newEvents(change: (events: readonly HistoryEvent[]) => readonly HistoryEvent[]): Fault {
  return turns(() => (item) => ({ ...item, newEvents: change(item.newEvents) }));
}

/** Answers of workers that are not taken as they were given. */
export function responses(make: () => (response: TurnResponse, item: TurnItem) => TurnResponse): Fault {
  return {
    context: (given) => {
      const change = make();
      const changed = (outcome: TurnOutcome, item: TurnItem): TurnOutcome =>
        outcome.kind === 'answered' ? { ...outcome, response: change(outcome.response, item) } : outcome;
      return withWorkers(given, {
        turn: (item) => given.workers.turn(item)?.then((outcome) => changed(outcome, item)),
      });
    },
  };
}

export function actions(make: () => (action: Action, item: TurnItem) => Action | undefined): Fault {
  return responses(() => {
    const change = make();
    return (response, item) => ({
      ...response,
      actions: response.actions.flatMap((action) => change(action, item) ?? []),
    });
  });
}

export type RunActivity = (item: ActivityItem) => Promise<ActivityOutcome> | undefined;

/** Activities that are run, or answered for, differently. */
export function activities(change: (run: RunActivity, engine: () => WorkflowComponent) => RunActivity): Fault {
  return {
    context: (given, engine) =>
      withWorkers(given, { activity: change((item) => given.workers.activity(item), engine) }),
  };
}

export function outcomes(change: (outcome: ActivityOutcome, item: ActivityItem) => ActivityOutcome): Fault {
  return activities((run) => (item) => run(item)?.then((outcome) => change(outcome, item)));
}

/** A clock that calls back at other times. */
export function alarms(at: (given: ComponentContext['clock']) => ComponentContext['clock']['at']): Fault {
  return {
    context: (given) => {
      const { clock } = given;
      return { ...given, clock: { now: () => clock.now(), monotonic: () => clock.monotonic(), at: at(clock) } };
    },
  };
}

export function withWorkers(given: ComponentContext, change: Partial<ComponentContext['workers']>): ComponentContext {
  const { workers } = given;
  return {
    ...given,
    workers: {
      turn: (item) => workers.turn(item),
      activity: (item) => workers.activity(item),
      onCapacity: (listener) => workers.onCapacity(listener),
      forget: (instanceId, executionId) => workers.forget(instanceId, executionId),
      ...change,
    },
  };
}

/** Refuses with another code. */
export async function miscoded<T>(code: ErrorCode, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch {
    throw new WorkflowError(code);
  }
}

/** Answers instead of refusing. */
export async function unrefused<T>(answer: T, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch {
    return answer;
  }
}

/** Whether there is such an instance, and how it is. */
export async function statusOf(engine: WorkflowComponent, instanceId: string): Promise<string | undefined> {
  try {
    return (await engine.get({ instanceId })).status;
  } catch {
    return undefined;
  }
}

import {
  effectsOfOpen,
  type ClosedStatus,
  type Effect,
  type HistoryEvent,
  type RunActivity,
  type State,
} from '../../../core/orchestration/index.js';
import type { Beginning } from '../record/beginning.js';
import { branchRef } from '../record/branches.js';
import { activityTask, type Names } from '../record/names.js';
import { pack } from '../record/pack.js';

/** What a `leave` step is asked to do before its execution ends. */
export interface Leave {
  readonly effects: readonly Effect[];
  /** Goes on in this execution. */
  readonly successor?: Beginning;
  readonly end: End;
}

/** The last output of an execution: how it ends on the server. */
export interface End {
  readonly done: true;
  readonly end: 'completed' | 'failed' | 'terminated';
  readonly reason: string;
  readonly result: Readonly<Record<string, unknown>>;
}

/** Where a record leads: the rest of the output that carries it. */
export type Route =
  | { readonly kind: 'step'; readonly taskId: number; readonly queue: string; readonly output: Output }
  | {
      readonly kind: 'fork';
      readonly queues: ReadonlySet<string>;
      readonly issued: readonly number[];
      readonly posts: ReadonlyMap<string, Effect>;
      readonly output: Output;
    }
  | { readonly kind: 'wait'; readonly output: Output }
  | { readonly kind: 'leave'; readonly output: Output; readonly leave: string }
  | { readonly kind: 'end'; readonly output: Output };

type Output = Readonly<Record<string, unknown>>;

/** After a record: everything that must be on its way now. */
export interface Onward {
  readonly state: State;
  readonly effects: readonly Effect[];
  readonly executionId: string;
  readonly nowMs: number;
}

/** An instance that goes on in this execution: one activity alone becomes the next step, anything else branches. */
export function routeOnward(onward: Onward, names: Names): Route {
  const { state, effects } = onward;
  const leaving = effects.filter((effect) => effect.kind !== 'dropTimers');
  const [first] = leaving;
  if (!first) return { kind: 'wait', output: { mode: 'wait' } };
  if (leaving.length === 1 && first.kind === 'runActivity' && state.open.size === 1) {
    const queue = activityTask(first.name, names.domain);
    const output = { k: 1, next: queue, id: first.taskId, in: activityInput(onward, first) };
    return { kind: 'step', taskId: first.taskId, queue, output };
  }
  const branches = leaving.map((effect, index) => branchOf(onward, names, effect, index));
  return {
    kind: 'fork',
    queues: new Set(branches.map(({ task }) => task.name)),
    issued: branches.flatMap(({ id }) => id ?? []),
    posts: new Map(branches.flatMap(({ task, post }) => (post ? [[task.taskReferenceName, post] as const] : []))),
    output: {
      mode: 'fork',
      tasks: branches.map(({ task }) => task),
      inputs: Object.fromEntries(branches.map(({ task, input }) => [task.taskReferenceName, input])),
    },
  };
}

interface Branch {
  readonly task: {
    readonly name: string;
    readonly taskReferenceName: string;
    readonly type: 'SIMPLE';
    readonly optional: true;
    readonly startDelay?: number;
  };
  readonly input: Output;
  readonly id?: number;
  readonly post?: Effect;
}

function branchOf(onward: Onward, names: Names, effect: Effect, index: number): Branch {
  const simple = (name: string, taskReferenceName: string) =>
    ({ name, taskReferenceName, type: 'SIMPLE', optional: true }) as const;
  switch (effect.kind) {
    case 'runActivity': {
      const { taskId: id, name } = effect;
      const task = simple(activityTask(name, names.domain), branchRef('a', id));
      return { task, input: { id, in: activityInput(onward, effect) }, id };
    }
    case 'armTimer': {
      const { timerId: id, fireAt } = effect;
      // The queue counts in seconds: whoever gets it early waits the rest.
      const startDelay = Math.max(0, Math.floor((fireAt.ms - onward.nowMs) / 1_000));
      const task = { ...simple(names.timer, branchRef('t', id)), startDelay };
      return { task, input: { id, in: pack({ dueMs: fireAt.ms }) }, id };
    }
    case 'startChild': {
      const { taskId: id } = effect;
      return { task: simple(names.child, branchRef('c', id)), input: { id, in: pack(effect) }, id, post: effect };
    }
    default:
      return { task: simple(names.post, branchRef('x', index)), input: { in: pack(effect) }, post: effect };
  }
}

/** What an activity's task must tell a host that knows nothing else. */
export interface ActivityInput {
  readonly executionId: string;
  readonly generation: number;
  readonly workflow: string;
  readonly activity: RunActivity;
}

function activityInput({ state, executionId }: Onward, activity: RunActivity): string {
  const { generation, started } = state;
  return pack({ executionId, generation, workflow: started?.name ?? '', activity } satisfies ActivityInput);
}

/** Open tasks that nothing on the server stands for: a step that was lost or displaced, or all of them after a move. */
export function missing(
  state: State,
  history: readonly HistoryEvent[],
  onItsWay: (id: number) => boolean,
): readonly Effect[] {
  for (const id of state.open.keys()) {
    if (!onItsWay(id)) return effectsOfOpen(state, history).filter((effect) => !onItsWay(openId(effect)));
  }
  return [];
}

function openId(effect: Effect): number {
  if (effect.kind === 'armTimer') return effect.timerId;
  return effect.kind === 'runActivity' || effect.kind === 'startChild' ? effect.taskId : -1;
}

const endOf = {
  COMPLETED: 'completed',
  FAILED: 'failed',
  TERMINATED: 'terminated',
  CANCELED: 'terminated',
} as const satisfies Record<ClosedStatus, End['end']>;

/** How the server shows an instance that has closed. */
export function endAs(closed: NonNullable<State['closed']>): End {
  const { status, result, failure } = closed;
  const reason = failure ? `${failure.errorType}: ${failure.errorMessage}` : status;
  return {
    done: true,
    end: endOf[status],
    reason: reason.replaceAll('$', ' $ ').slice(0, 500),
    result: { status, ...(result === undefined ? {} : { output: pack(result) }) },
  };
}

/** How the server shows an execution that goes on in another one. */
export const endAsMoved: End = { done: true, end: 'completed', reason: 'continued', result: { status: 'CONTINUED' } };

export function routeLeave(leave: Leave, names: Names): Route {
  const { effects, successor, end } = leave;
  if (effects.length === 0 && !successor) return { kind: 'end', output: { ...end } };
  const packed = pack(leave);
  return { kind: 'leave', leave: packed, output: leaveOutput(packed, names) };
}

/** The output whose next step carries out what is left to do. */
export function leaveOutput(packed: string, names: Names): Output {
  return { k: 1, leave: true, next: names.leave, in: packed };
}

import type { Committable, Effect, Fact, HistoryEvent, State } from '../../../core/orchestration/index.js';
import type { Beginning } from '../record/beginning.js';
import type { Names } from '../record/names.js';
import type { Held } from './held.js';
import { endAs, endAsMoved, missing, routeLeave, routeOnward, type Route } from './route.js';

/** Bytes of records after which an execution goes on in another one: well below what its loop may hold. */
const segmentBytes = 1_500_000;

export interface Surroundings {
  readonly names: Names;
  readonly nowMs: number;
}

/** A decision, and what it makes of the instance. */
export interface Step {
  readonly decision: Committable;
  readonly state: State;
  readonly history: readonly HistoryEvent[];
  /** Of its record. */
  readonly bytes: number;
}

/** Where the record of a decision leads. */
export function routeOf(held: Held, step: Step, around: Surroundings): Route {
  const { decision, state, history, bytes } = step;
  const { names } = around;
  const effects = decision.kind === 'stall' ? [] : decision.effects;
  if (decision.kind === 'newGeneration') {
    const successor = nextGeneration(held, state, decision.carry);
    return routeLeave({ effects: lastEffects(held, effects), successor, end: endAsMoved }, names);
  }
  if (state.closed) return routeLeave({ effects: lastEffects(held, effects), end: endAs(state.closed) }, names);
  const isFull = held.bytes + bytes > segmentBytes && held.posts.size === 0 && !effects.some(isPost);
  if (!isFull) return onward(held, state, history, effects, around);
  const { run, executionId } = held;
  const successor = { run, executionId, generation: state.generation, segment: held.segment + 1, facts: [] };
  return routeLeave({ effects: [], successor, end: endAsMoved }, names);
}

/** Where an execution goes on when there is nothing to record: what is missing is sent, and the gate put back. */
export function routeBack(held: Held, around: Surroundings): Route {
  return onward(held, held.state, held.history, [], around);
}

function onward(
  held: Held,
  state: State,
  history: readonly HistoryEvent[],
  effects: readonly Effect[],
  { names, nowMs }: Surroundings,
): Route {
  const decided = new Set(effects.flatMap((effect) => idOf(effect) ?? []));
  const arrived = new Set(held.inbox.flatMap(({ event }) => ('taskId' in event ? [event.taskId] : [])));
  const lost = missing(state, history, (id) => held.issued.has(id) || decided.has(id) || arrived.has(id));
  const all = lost.length === 0 ? effects : [...lost, ...effects];
  return routeOnward(
    { state, effects: all, executionId: state.started?.executionId ?? held.executionId, nowMs },
    names,
  );
}

/** What must still leave when the execution ends: branches that nobody has confirmed end with it. */
function lastEffects(held: Held, effects: readonly Effect[]): readonly Effect[] {
  return [...held.posts.values(), ...effects.filter(isPost)];
}

/** On other instances. */
function isPost({ kind }: Effect): boolean {
  return kind !== 'runActivity' && kind !== 'armTimer' && kind !== 'dropTimers';
}

function idOf(effect: Effect): number | undefined {
  if (effect.kind === 'armTimer') return effect.timerId;
  return effect.kind === 'runActivity' || effect.kind === 'startChild' ? effect.taskId : undefined;
}

function nextGeneration(held: Held, state: State, carry: readonly Fact[]): Beginning {
  const [start] = carry;
  const executionId = start?.event.kind === 'executionStarted' ? start.event.executionId : '';
  const { customStatus, generation } = state;
  return {
    run: held.run,
    executionId,
    generation,
    segment: 0,
    facts: carry,
    ...(customStatus === undefined ? {} : { customStatus }),
  };
}

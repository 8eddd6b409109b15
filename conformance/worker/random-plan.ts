import { Random } from './random.js';
import type { Program, Step } from './step.js';

/** Names are few, so that events, waits and races meet. */
export const eventNames = ['a', 'b'] as const;

/** What a client does to the instance, in order. `look`: reads it so many times, which also lets time pass. */
export type Deed =
  | { readonly kind: 'raise'; readonly name: string }
  | { readonly kind: 'suspend' | 'resume' }
  | { readonly kind: 'look'; readonly times: number };

/** A program, what is done to it, and how it must end. */
export interface RandomPlan {
  readonly program: Program;
  readonly deeds: readonly Deed[];
  /** The last deed ends it early, unless it has ended by itself. */
  readonly terminates: boolean;
}

/** Longest sleep of a random program, ms: with many of them, an engine that is prompt stays fast. */
const longestMs = 30;

/** The same plan for the same seed, for ever: a seed in an old report can be run again. */
export function randomPlan(seed: number): RandomPlan {
  const random = new Random(seed);
  return {
    program: program(random, 0),
    deeds: random.times(0, 12, () => deed(random)),
    terminates: random.chance(0.1),
  };
}

function program(random: Random, depth: number): Program {
  const steps = random.times(0, depth === 0 ? 6 : 3, () => step(random, depth));
  return random.pick<Program>([
    [5, () => steps],
    [1, () => [...steps, { kind: 'fail', message: 'planned' }]],
    [depth < 2 ? 2 : 0, () => [...steps, { kind: 'again', steps: program(random, depth + 1) }]],
  ]);
}

function step(random: Random, depth: number): Step {
  const ms = (): number => random.between(0, longestMs);
  const name = (): string => eventNames[random.between(0, eventNames.length - 1)] ?? eventNames[0];
  const failure = { errorType: 'Planned', errorMessage: 'failed on purpose' };
  return random.pick<Step>([
    [4, () => ({ kind: 'call', count: random.between(1, 5) })],
    [1, () => ({ kind: 'work', requests: [{ echo: 1 }, { failure }] })],
    [1, () => ({ kind: 'work', requests: [{ echo: 'nobody waits' }], forget: true })],
    [1, () => ({ kind: 'any', requests: [{ echo: 1 }, { echo: 2 }, { echo: 3 }] })],
    [1, () => ({ kind: 'retry', request: { failure, failFirst: 1 }, attempts: random.between(1, 3), delayMs: ms() })],
    [3, () => ({ kind: 'sleep', ms: ms() })],
    [1, () => ({ kind: 'timers', ms: random.times(2, 4, ms) })],
    [3, () => ({ kind: 'wait', name: name() })],
    [3, () => ({ kind: 'race', name: name(), ms: ms() })],
    [1, () => ({ kind: 'status', value: random.chance(0.3) ? '' : `"${random.between(1, 9)}"` })],
    [1, () => ({ kind: 'echo', by: random.chance(0.5) ? 'activity' : 'child', text: ' {"a" : 1} ' })],
    [depth < 2 ? 2 : 0, () => ({ kind: 'child', steps: childProgram(random, depth), forget: random.chance(0.3) })],
  ]);
}

/** Nobody raises events to a child, so it waits for none without a time-out. */
function childProgram(random: Random, depth: number): Program {
  const withoutWaits = (steps: Program): Program =>
    steps.flatMap((one): Step[] => {
      if (one.kind === 'wait') return [{ kind: 'race', name: one.name, ms: longestMs }];
      return one.kind === 'again' ? [{ ...one, steps: withoutWaits(one.steps) }] : [one];
    });
  return withoutWaits(program(random, depth + 1));
}

function deed(random: Random): Deed {
  return random.pick<Deed>([
    [6, () => ({ kind: 'raise', name: eventNames[random.between(0, 1)] ?? eventNames[0] })],
    [1, () => ({ kind: 'suspend' })],
    [2, () => ({ kind: 'resume' })],
    [3, () => ({ kind: 'look', times: random.between(1, 8) })],
  ]);
}

/** How the last generation of a program ends by itself. */
export function endOf(steps: Program): 'COMPLETED' | 'FAILED' {
  const last = steps.at(-1);
  if (last?.kind === 'again') return endOf(last.steps);
  return last?.kind === 'fail' ? 'FAILED' : 'COMPLETED';
}

export function beginsAgain(steps: Program): boolean {
  return steps.at(-1)?.kind === 'again';
}

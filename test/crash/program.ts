import type { Random } from './random.js';

/** One step of a workflow that the harness makes up. What it adds up to is known beforehand. */
export type Op =
  | { readonly kind: 'call'; readonly value: number }
  | { readonly kind: 'step'; readonly value: number }
  | { readonly kind: 'fan'; readonly values: readonly number[] }
  | { readonly kind: 'sleep'; readonly ms: number }
  /** Waits for the next event and keeps its number. */
  | { readonly kind: 'event' }
  | { readonly kind: 'child'; readonly ops: readonly Op[] }
  /** Continue-as-new with what is left. */
  | { readonly kind: 'again' };

/** What an instance has so far; handed on by continue-as-new and returned at the end. */
export interface Progress {
  readonly sum: number;
  /** Numbers of the events taken in, in order. */
  readonly events: readonly number[];
}

export interface ProgramInput {
  readonly ops: readonly Op[];
  readonly progress: Progress;
}

export const nothingYet: Progress = { sum: 0, events: [] };

export function makeProgram(random: Random, depth = 0): Op[] {
  return Array.from({ length: random.between(1, depth === 0 ? 7 : 3) }, () => makeOp(random, depth));
}

function makeOp(random: Random, depth: number): Op {
  const value = random.between(1, 1_000);
  // Only the root waits for events and begins again: a child's id is not told to the client that raises.
  const kind = random.between(0, depth === 0 ? 9 : 4);
  switch (kind) {
    case 0:
      return { kind: 'step', value };
    case 1:
      return { kind: 'sleep', ms: random.between(0, 300) };
    case 2:
    case 3:
      return { kind: 'fan', values: Array.from({ length: random.between(2, 6) }, () => random.between(1, 1_000)) };
    case 5:
    case 6:
      return { kind: 'event' };
    case 7:
      return { kind: 'child', ops: makeProgram(random, depth + 1) };
    case 8:
      return { kind: 'again' };
    default:
      return { kind: 'call', value };
  }
}

/** What the whole program adds up to. */
export function sumOf(ops: readonly Op[]): number {
  return ops.reduce((sum, op) => sum + valueOf(op), 0);
}

function valueOf(op: Op): number {
  switch (op.kind) {
    case 'call':
    case 'step':
      return op.value;
    case 'fan':
      return op.values.reduce((sum, value) => sum + value, 0);
    case 'child':
      return sumOf(op.ops);
    case 'sleep':
    case 'event':
    case 'again':
      return 0;
  }
}

export function eventsOf(ops: readonly Op[]): number {
  return ops.filter((op) => op.kind === 'event').length;
}

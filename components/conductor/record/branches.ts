import {
  activityResult,
  childIdTaken,
  timerFired,
  type ActivityResult,
  type Effect,
  type InboxEvent,
  type State,
} from '../../../core/orchestration/index.js';
import { isOpen, type ServerTask } from '../server/shapes.js';
import { packedIn, unpack } from './pack.js';
import type { Letter } from './letter.js';

/** Reference names of branches: what they are, and the id of the event that made them. */
export type BranchKind = 'a' | 't' | 'c' | 'x';

export function branchRef(kind: BranchKind, id: number): string {
  return `${kind}_${id}`;
}

const pattern = /^([atcx])_(\d+)(?:__\d+)?$/;

export function readBranchRef(ref: string): { readonly kind: BranchKind; readonly id: number } | undefined {
  const [, kind, id] = pattern.exec(ref) ?? [];
  return kind === undefined ? undefined : { kind: kind as BranchKind, id: Number(id) };
}

/** What the branches and plain steps of an execution say. */
export interface Branches {
  /** Event ids whose branch is on its way or done: they need not be sent again. */
  readonly issued: Set<number>;
  /** Effects on other instances that nobody has confirmed yet, by reference name. */
  readonly posts: Map<string, Effect>;
  /** Results that are for tasks still open. */
  readonly letters: readonly Letter[];
}

export function readBranches(state: State, tasks: readonly ServerTask[]): Branches {
  const issued = new Set<number>();
  const posts = new Map<string, Effect>();
  const letters: Letter[] = [];
  for (const task of tasks) {
    const branch = readBranchRef(task.referenceTaskName);
    const id = branch?.id ?? plainStepId(task);
    if (id === undefined) continue;
    if (branch?.kind === 'x') {
      if (isOpen(task)) posts.set(task.referenceTaskName, effectIn(task));
      continue;
    }
    const event = resultIn(state, branch?.kind ?? 'a', id, task);
    if (event) letters.push({ event, generation: state.generation, stamp: 0, atMs: task.endTime ?? 0 });
    if (branch && (event || isOpen(task) || hasOutput(task))) issued.add(id);
    if (branch?.kind === 'c' && isOpen(task)) posts.set(task.referenceTaskName, effectIn(task));
  }
  return { issued, posts, letters };
}

function effectIn(task: ServerTask): Effect {
  return packedIn(task.inputData) as Effect;
}

/** A step whose result was given without a record. */
function plainStepId(task: ServerTask): number | undefined {
  const { referenceTaskName, inputData, outputData } = task;
  if (!referenceTaskName.startsWith('cur__') || typeof outputData?.['out'] !== 'string') return undefined;
  return typeof inputData?.['id'] === 'number' ? inputData['id'] : undefined;
}

function hasOutput(task: ServerTask): boolean {
  return typeof task.outputData?.['out'] === 'string';
}

/** The fact a task's end stands for, when somebody still waits for it. */
function resultIn(state: State, kind: BranchKind, id: number, task: ServerTask): InboxEvent | undefined {
  const open = state.open.get(id);
  if (!open || isOpen(task)) return undefined;
  const out = task.outputData?.['out'];
  const atMs = task.endTime ?? 0;
  if (kind === 't' && open.kind === 'timer') {
    return task.status === 'COMPLETED' ? timerFired(id, open.fireAt, atMs) : undefined;
  }
  if (typeof out !== 'string') return undefined;
  if (kind === 'a' && open.kind === 'activity') {
    const { taskExecutionId } = open;
    return activityResult(
      { taskId: id, ...(taskExecutionId === undefined ? {} : { taskExecutionId }) },
      unpack(out) as ActivityResult,
      atMs,
    );
  }
  if (kind === 'c' && open.kind === 'child' && unpack(out) === 'taken') return childIdTaken(id, open.instanceId, atMs);
  return undefined;
}

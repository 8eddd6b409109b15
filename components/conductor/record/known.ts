import {
  createState,
  describe,
  fold,
  type Effect,
  type Fact,
  type HistoryEvent,
  type State,
} from '../../../core/orchestration/index.js';
import type { WorkflowInstance } from '../../../core/index.js';
import { hasEnded, isOpen, type ServerExecution, type ServerTask } from '../server/shapes.js';
import { readBeginning, type Beginning } from './beginning.js';
import { readBranches } from './branches.js';
import type { Letter, Mail } from './letter.js';
import { mailFor } from './mailbox.js';
import { decodeRecord, stateAfter, type TurnRecord } from './record.js';

/** Where an execution on the server stands: which task takes the next record. */
export type Position =
  /** A `decide` task waits to be polled, or another host has it. */
  | { readonly at: 'queued' }
  /** `decide` was given back to its queue until the start is due. */
  | { readonly at: 'parked' }
  /** `decide` was polled by this host. */
  | { readonly at: 'held'; readonly untilMs: number; readonly taskId: string }
  /** An activity is the step; its completion can carry a record. */
  | { readonly at: 'step'; readonly taskId: number }
  /** Branches run, or nothing; a gate must be opened before anything can be recorded. */
  | { readonly at: 'gate'; readonly gate: 'gate' | 'signal' }
  /** Effects of the end are being carried out. */
  | { readonly at: 'leaving' }
  | { readonly at: 'ended' };

/** All that the server knows about the current run of an instance. */
export interface Known {
  readonly instanceId: string;
  readonly run: string;
  readonly executionId: string;
  readonly segment: number;
  /** The execution that takes the next record. */
  readonly workflowId: string;
  /** All executions of this run that are there, oldest first. */
  readonly workflowIds: readonly string[];
  /** Executions of earlier runs, and doubles. */
  readonly others: readonly string[];
  readonly state: State;
  readonly history: readonly HistoryEvent[];
  readonly inbox: readonly Letter[];
  /** Messages a record has taken, still on the server. */
  readonly read: readonly Mail[];
  /** Keys of all messages that records of this generation have taken. */
  readonly taken: ReadonlySet<string>;
  readonly issued: Set<number>;
  readonly posts: Map<string, Effect>;
  /** Of the last record in `workflowId`. */
  readonly no: number;
  readonly bytes: number;
  readonly iteration: number;
  readonly position: Position;
  /** What the last record gives to its `leave` step. */
  readonly leave?: string;
  /** Other starts of the id are there as well; all but one are about to be taken back. */
  readonly isContested?: true;
  /** The execution was ended on the server by somebody else. */
  readonly endedAs?: Pick<ServerExecution, 'status' | 'endTime' | 'reasonForIncompletion'>;
}

interface Member {
  readonly execution: ServerExecution;
  readonly beginning: Beginning;
}

/** `undefined`: no such instance. Throws `ERR_HISTORY_CORRUPT`. */
export function readInstance(
  instanceId: string,
  executions: readonly ServerExecution[],
  mailboxes: readonly ServerExecution[],
): Known | undefined {
  const members = executions.flatMap((execution): Member[] => {
    const beginning = readBeginning(execution.input);
    return beginning ? [{ execution, beginning }] : [];
  });
  members.sort(byAge);
  const roots = members.filter(({ beginning }) => beginning.generation === 0 && beginning.segment === 0);
  const rivals = firstOfEachRun(roots.filter(({ execution }) => !hasEnded(execution)));
  const current = rivals.length > 1 ? favourite(rivals) : (roots.at(-1) ?? members.at(-1));
  if (!current) return undefined;
  const { run } = current.beginning;
  const ours = members.filter(({ beginning }) => beginning.run === run);
  const generation = Math.max(...ours.map(({ beginning }) => beginning.generation));
  const segments = firstOfEach(ours.filter(({ beginning }) => beginning.generation === generation));
  const earlier = ours.filter(({ beginning }) => beginning.generation < generation);
  const known = new Reading(instanceId, segments).finish(run, [...earlier, ...segments], members, mailboxes);
  return rivals.length > 1 ? { ...known, isContested: true } : known;
}

function firstOfEachRun(roots: readonly Member[]): Member[] {
  const seen = new Set<string>();
  return roots.filter(({ beginning: { run } }) => !seen.has(run) && seen.add(run));
}

/** Of several starts at once: one that has begun to work, else the oldest. */
function favourite(rivals: readonly Member[]): Member | undefined {
  return rivals.find(({ execution }) => recordsIn(execution.tasks ?? []).length > 0) ?? rivals[0];
}

function byAge(a: Member, b: Member): number {
  const [left, right] = [a.execution, b.execution];
  return (left.createTime ?? 0) - (right.createTime ?? 0) || (left.workflowId < right.workflowId ? -1 : 1);
}

/** Of two that were begun for the same, the older counts. */
function firstOfEach(members: readonly Member[]): Member[] {
  const bySegment = new Map<number, Member>();
  for (const member of members)
    if (!bySegment.has(member.beginning.segment)) bySegment.set(member.beginning.segment, member);
  return [...bySegment.values()].toSorted((a, b) => a.beginning.segment - b.beginning.segment);
}

class Reading {
  readonly #instanceId: string;
  readonly #last: Member;
  #state: State;
  #history: HistoryEvent[] = [];
  #head: readonly Fact[];
  readonly #taken = new Set<string>();
  #record: TurnRecord | undefined;
  #bytes = 0;

  constructor(instanceId: string, segments: readonly Member[]) {
    const [first] = segments;
    const last = segments.at(-1);
    if (!first || !last) throw new Error('an instance without executions');
    this.#instanceId = instanceId;
    this.#last = last;
    this.#state = createState(instanceId, first.beginning.generation, first.beginning.customStatus);
    this.#head = first.beginning.facts;
    for (const event of first.beginning.seed ?? []) this.#append(event);
    for (const { execution } of segments) this.#read(execution);
  }

  #append(event: HistoryEvent): void {
    fold(this.#state, event);
    this.#history.push(event);
  }

  #read(execution: ServerExecution): void {
    this.#record = undefined;
    // The server's loop keeps all outputs of its steps.
    this.#bytes = steps(execution.tasks ?? []).reduce(
      (sum, { outputData }) => sum + JSON.stringify(outputData ?? {}).length,
      0,
    );
    for (const text of recordsIn(execution.tasks ?? [])) {
      const record = decodeRecord(text);
      this.#record = record;
      this.#state = stateAfter(this.#state, record);
      for (const key of record.mail) this.#taken.add(key);
      if (record.carry) [this.#history, this.#head] = [[], record.carry];
      else {
        this.#history.push(...record.append);
        if (!record.stalled) this.#head = [];
      }
    }
  }

  finish(run: string, ours: readonly Member[], all: readonly Member[], mailboxes: readonly ServerExecution[]): Known {
    const { execution, beginning } = this.#last;
    const counted = new Set(ours.map((member) => member.execution.workflowId));
    const tasks = execution.tasks ?? [];
    const state = this.#state;
    const executionId = executionIdOf(state, this.#head, beginning);
    const mail = mailFor({ run, executionId, generation: state.generation }, mailboxes);
    const branches = this.#record?.carry ? readBranches(state, []) : readBranches(state, tasks);
    const fresh = mail.filter(({ mail: key }) => !this.#taken.has(key));
    const leave = leaveOf(tasks);
    return {
      instanceId: this.#instanceId,
      run,
      executionId,
      segment: beginning.segment,
      workflowId: execution.workflowId,
      workflowIds: ours.map((member) => member.execution.workflowId),
      others: all
        .filter((member) => !counted.has(member.execution.workflowId))
        .map((member) => member.execution.workflowId),
      state,
      history: this.#history,
      inbox: inboxOf(this.#head, [...branches.letters, ...onceEach(fresh)]),
      read: mail.filter(({ mail: key }) => this.#taken.has(key)),
      taken: this.#taken,
      issued: branches.issued,
      posts: branches.posts,
      no: this.#record?.no ?? 0,
      bytes: this.#bytes,
      iteration: lastStep(tasks)?.iteration ?? 1,
      position: positionOf(execution, tasks),
      ...(leave === undefined ? {} : { leave }),
      ...(hasEnded(execution) && !state.closed && !this.#record?.carry && !isMoved(tasks)
        ? { endedAs: execution }
        : {}),
    };
  }
}

/** Execution id of the generation the state belongs to. */
function executionIdOf(state: State, head: readonly Fact[], beginning: Beginning): string {
  if (state.started) return state.started.executionId;
  for (const { event } of head) if (event.kind === 'executionStarted') return event.executionId;
  return beginning.executionId;
}

function recordsIn(tasks: readonly ServerTask[]): string[] {
  return steps(tasks).flatMap(({ outputData }) => (typeof outputData?.['rec'] === 'string' ? [outputData['rec']] : []));
}

function steps(tasks: readonly ServerTask[]): ServerTask[] {
  const found = tasks.filter(({ referenceTaskName }) => referenceTaskName.startsWith('cur__'));
  return found.toSorted((a, b) => (a.iteration ?? 0) - (b.iteration ?? 0));
}

function lastStep(tasks: readonly ServerTask[]): ServerTask | undefined {
  return steps(tasks).at(-1);
}

function leaveOf(tasks: readonly ServerTask[]): string | undefined {
  const last = steps(tasks).findLast(({ outputData }) => outputData?.['rec'] !== undefined);
  return last?.outputData?.['leave'] === true ? String(last.outputData['in']) : undefined;
}

/** Ended because the generation goes on in another execution. */
function isMoved(tasks: readonly ServerTask[]): boolean {
  return lastStep(tasks)?.outputData?.['done'] === true;
}

function positionOf(execution: ServerExecution, tasks: readonly ServerTask[]): Position {
  if (hasEnded(execution)) return { at: 'ended' };
  const step = lastStep(tasks);
  if (!step) return { at: 'queued' };
  if (!isOpen(step)) {
    const gate = tasks.find((task) => isOpen(task) && /^(gate|signal)__/.test(task.referenceTaskName));
    return gate
      ? { at: 'gate', gate: gate.referenceTaskName.startsWith('gate') ? 'gate' : 'signal' }
      : { at: 'queued' };
  }
  const { id } = (step.inputData ?? {}) as { id?: unknown };
  if (typeof id === 'number') return { at: 'step', taskId: id };
  return typeof step.inputData?.['in'] === 'string' ? { at: 'leaving' } : { at: isParked(step) ? 'parked' : 'queued' };
}

function isParked({ status, callbackAfterSeconds = 0 }: ServerTask): boolean {
  return status === 'SCHEDULED' && callbackAfterSeconds > 0;
}

function onceEach(mail: readonly Mail[]): Mail[] {
  const seen = new Set<string>();
  return mail.filter(({ mail: key }) => !seen.has(key) && seen.add(key));
}

/** The head as it was given, then everything in the order it happened; stamps tell equal ones apart. */
export function inboxOf(head: readonly Fact[], letters: readonly Letter[]): Letter[] {
  const later = letters.toSorted((a, b) => a.atMs - b.atMs);
  return [
    ...head.map((fact) => ({ ...fact, atMs: 0 })),
    ...later.map((letter, index) => ({ ...letter, stamp: index + 1 })),
  ];
}

/**
 * The snapshot callers see. A terminate that waits to be recorded does not show: the instance may yet come to its own
 * end first, and nobody shall see two ends.
 */
export function viewOf(known: Pick<Known, 'state' | 'inbox' | 'endedAs'>): WorkflowInstance {
  const view = describe(
    known.state,
    known.inbox.filter(({ event }) => event.kind !== 'executionTerminated'),
  );
  const { endedAs } = known;
  if (!endedAs) return view;
  const status = endedAs.status === 'TERMINATED' || endedAs.status === 'COMPLETED' ? 'TERMINATED' : 'FAILED';
  const errorType = endedAs.status === 'TIMED_OUT' ? 'Timeout' : 'ConductorExecutionEnded';
  const errorMessage = endedAs.reasonForIncompletion ?? `ended on the Conductor server as ${endedAs.status}`;
  const completedAtMs = endedAs.endTime ?? view.lastUpdatedAtMs;
  return { ...view, status, completedAtMs, lastUpdatedAtMs: completedAtMs, failure: { errorType, errorMessage } };
}

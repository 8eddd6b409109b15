import type { Lease } from '../../../core/index.js';
import type { Effect, Fact, HistoryEvent, State } from '../../../core/orchestration/index.js';
import type { Beginning } from '../record/beginning.js';
import type { Letter } from '../record/letter.js';
import type { Known, Position } from '../record/known.js';

/** An instance as this host has it in memory: what the server knows, moved on with every record it has taken from us. */
export interface Held {
  readonly instanceId: string;
  readonly run: string;
  executionId: string;
  segment: number;
  workflowId: string;
  workflowIds: readonly string[];
  state: State;
  history: HistoryEvent[];
  inbox: Letter[];
  readonly taken: Set<string>;
  issued: Set<number>;
  posts: Map<string, Effect>;
  no: number;
  bytes: number;
  iteration: number;
  position: Position;
  leave?: string;
  /** The lease of the newest load; an older one is stale. */
  lease: Lease | undefined;
  /** There may be messages that are not in the inbox. */
  mailDirty: boolean;
  /** The server may know better: read it anew before anything else. */
  stale: boolean;
  /** A record is on its way: the server may be ahead of this. */
  recording: boolean;
  /** A poisoned instance is tried again. */
  retrying: boolean;
}

export function heldOf(known: Known, mailDirty: boolean): Held {
  const {
    others: _others,
    read: _read,
    endedAs: _ended,
    isContested: _contested,
    history,
    inbox,
    taken,
    ...rest
  } = known;
  return {
    ...rest,
    history: [...history],
    inbox: [...inbox],
    taken: new Set(taken),
    lease: undefined,
    mailDirty,
    stale: false,
    recording: false,
    retrying: false,
  };
}

/** An execution that was just started on the server. */
export interface BegunExecution {
  readonly workflowId: string;
  readonly beginning: Beginning;
}

/** What is the same for every execution that has no record yet. */
function unrecorded(): Pick<
  Held,
  'issued' | 'posts' | 'no' | 'bytes' | 'iteration' | 'position' | 'lease' | 'stale' | 'recording' | 'retrying'
> {
  return {
    issued: new Set(),
    posts: new Map(),
    no: 0,
    bytes: 0,
    iteration: 1,
    position: { at: 'queued' },
    lease: undefined,
    stale: false,
    recording: false,
    retrying: false,
  };
}

/** A new instance, of which everything is known. */
export function heldAtStart(instanceId: string, { workflowId, beginning }: BegunExecution, state: State): Held {
  const { run, executionId, segment, seed = [], facts } = beginning;
  return {
    ...unrecorded(),
    instanceId,
    run,
    executionId,
    segment,
    workflowId,
    workflowIds: [workflowId],
    state,
    history: [...seed],
    inbox: asLetters(facts),
    taken: new Set(),
    mailDirty: false,
  };
}

/** An instance that goes on in another execution. */
export function heldAfter(held: Held, { workflowId, beginning }: BegunExecution): Held {
  const { leave: _leave, ...kept } = held;
  const { executionId, segment } = beginning;
  return {
    ...kept,
    ...unrecorded(),
    workflowId,
    workflowIds: segment === 0 ? [workflowId] : [...held.workflowIds, workflowId],
    executionId,
    segment,
    mailDirty: true,
  };
}

/** Facts at the head of an inbox. */
export function asLetters(facts: readonly Fact[]): Letter[] {
  return facts.map((fact) => ({ ...fact, atMs: 0 }));
}

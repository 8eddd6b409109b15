import type { Lease } from '../../../core/index.js';
import type { Effect, HistoryEvent, State } from '../../../core/orchestration/index.js';
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
  /** A poisoned instance is tried again. */
  retrying: boolean;
}

export function heldOf(known: Known, mailDirty: boolean): Held {
  const { others: _others, read: _read, endedAs: _ended, history, inbox, taken, ...rest } = known;
  return {
    ...rest,
    history: [...history],
    inbox: [...inbox],
    taken: new Set(taken),
    lease: undefined,
    mailDirty,
    stale: false,
    retrying: false,
  };
}

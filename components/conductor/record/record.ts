import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { WorkflowError } from '../../../core/index.js';
import {
  advance,
  type Committable,
  type Fact,
  type HistoryEvent,
  type StalledReason,
  type State,
} from '../../../core/orchestration/index.js';

/**
 * What one turn made durable, as the output of the task that carried it: the only history there is. An execution's
 * records, in the order of their numbers, are the history of one generation of one instance.
 */
export interface TurnRecord {
  /** 1 for the first record of an execution on the server, +1 with each. */
  readonly no: number;
  readonly append: readonly HistoryEvent[];
  readonly customStatus?: { readonly value?: string };
  /** Ids of the mail this turn took; mail is gone from the server some time after its record is there. */
  readonly mail: readonly string[];
  /** The instance goes on in its next generation, with these facts first. */
  readonly carry?: readonly Fact[];
  readonly stalled?: { readonly reason: StalledReason; readonly description: string };
}

export function recordOf(no: number, decision: Committable, mail: readonly string[]): TurnRecord {
  switch (decision.kind) {
    case 'advance': {
      const { append, customStatus } = decision;
      return { no, append, mail, ...(customStatus ? { customStatus } : {}) };
    }
    case 'newGeneration': {
      const { carry, customStatus } = decision;
      return { no, append: [], mail, carry, ...(customStatus ? { customStatus } : {}) };
    }
    case 'stall': {
      const { append, reason, description } = decision;
      return { no, append, mail: [], stalled: { reason, description } };
    }
  }
}

/** The state after a record, by the same rules as after the decision it was made from. */
export function stateAfter(state: State, record: TurnRecord): State {
  const { append, customStatus, carry, stalled } = record;
  const status = customStatus ? { customStatus } : {};
  if (carry) return advance(state, { kind: 'newGeneration', taken: 0, effects: [], carry, ...status });
  if (stalled) return advance(state, { kind: 'stall', append, ...stalled });
  return advance(state, { kind: 'advance', taken: 0, effects: [], append, ...status });
}

export function encodeRecord(record: TurnRecord): string {
  return deflateRawSync(JSON.stringify(record)).toString('base64');
}

/** Throws `ERR_HISTORY_CORRUPT`. */
export function decodeRecord(text: string): TurnRecord {
  try {
    return JSON.parse(inflateRawSync(Buffer.from(text, 'base64')).toString()) as TurnRecord;
  } catch (cause) {
    throw new WorkflowError('ERR_HISTORY_CORRUPT', { reason: 'a turn record on the Conductor server' }, { cause });
  }
}

import type { Fact, HistoryEvent, InboxEvent } from '../../../core/orchestration/index.js';
import { pack, unpack } from './pack.js';

/** What an execution on the server begins with: the packed part of its input. */
export interface Beginning {
  /** Execution id of the instance's first generation: the same for all executions of one run. */
  readonly run: string;
  readonly executionId: string;
  readonly generation: number;
  /** 0, then +1 for every execution that goes on with the same generation because the one before was full. */
  readonly segment: number;
  /** The head of the inbox; empty when `segment` is not 0. */
  readonly facts: readonly Fact[];
  readonly customStatus?: string;
  /** History that counts as committed. */
  readonly seed?: readonly HistoryEvent[];
}

/** A message for an instance: the packed part of a mailbox's input. */
export interface Message {
  readonly run: string;
  /** Of the host that sent it: keeps the order of messages of one millisecond. */
  readonly order: number;
  /** Two messages of one key are one that was sent again. Absent: the execution's id. */
  readonly key?: string;
  /** Only for this execution and generation. Absent: for whichever is current. */
  readonly to?: { readonly executionId: string; readonly generation: number };
  readonly event: InboxEvent;
}

export function packedInput(value: Beginning | Message): { readonly s: string } {
  return { s: pack(value) };
}

type Input = Readonly<Record<string, unknown>> | undefined;

/** `undefined`: the input is none of ours. */
export function readBeginning(input: Input): Beginning | undefined {
  return read(input) as Beginning | undefined;
}

/** `undefined`: the input is none of ours. */
export function readMessage(input: Input): Message | undefined {
  return read(input) as Message | undefined;
}

function read(input: Input): unknown {
  const wf = input?.['wf'] as { s?: unknown } | undefined;
  try {
    return typeof wf?.s === 'string' ? unpack(wf.s) : undefined;
  } catch {
    return undefined;
  }
}

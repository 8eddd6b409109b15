import type {
  HistoryEvent,
  ParentLink,
  TimerCreated,
  TraceContext,
  WorkflowVersion,
} from '../../../core/orchestration/index.js';
import type { Header, Payload, Payloads } from '../vendor.js';
import { payloadOf, textOfOne } from './payload.js';

/**
 * What the portable model knows and Temporal has no field for travels as JSON: in the header `wfh` of starts, signals and
 * activities, in the details of markers, and in the user metadata of timers. Absent notes mean that somebody else made
 * the thing: it is read as well as it can be.
 */
const key = 'wfh';

/** With a start. */
export interface StartNote {
  readonly version?: string;
  readonly parent?: ParentLink;
  readonly tags?: Readonly<Record<string, string>>;
  readonly trace?: TraceContext;
  readonly scheduledStartMs?: number;
  /** A later generation, which begins with these events in its inbox; the first is its start. */
  readonly begin?: readonly HistoryEvent[];
  /** A history that counts as committed: the run is a rerun. */
  readonly seed?: readonly HistoryEvent[];
}

/** With an activity. */
export interface ActivityNote {
  readonly executionId: string;
  readonly generation: number;
  readonly taskId: number;
  readonly version?: string;
  readonly taskExecutionId?: string;
  readonly trace?: TraceContext;
}

/** With a child's start in its parent's history. `detached`: nothing comes back from it. */
export interface ChildNote {
  readonly generation: number;
  readonly taskId: number;
  readonly detached?: boolean;
  readonly version?: string;
  readonly trace?: TraceContext;
  readonly retryOf?: string;
}

/** With a signal from one workflow to another, in the sender's history. */
export interface SentNote {
  readonly generation: number;
  readonly taskId: number;
}

/** With a signal that is not an event of the application. */
export type ControlNote =
  | { readonly control: 'suspend' | 'resume'; readonly reason?: string }
  /** Only makes the server hand out a workflow task. */
  | { readonly control: 'nudge' }
  | { readonly control: 'poisoned'; readonly description: string };

/** With a timer: what its duration does not tell. */
export type TimerNote = Omit<TimerCreated, 'kind' | 'eventId' | 'timestampMs'>;

/** In the marker of a workflow task whose outcome does not follow from the events before it. */
export interface TurnNote {
  /** No turn was made: the task only issued what was owed, or looked in vain. */
  readonly skip?: true;
  readonly stall?: HistoryEvent;
  /** The instance had stalled already, for the same reason. */
  readonly stillStalled?: true;
  readonly version?: WorkflowVersion;
  /** The committed events in full, when they are more than one turn's. */
  readonly append?: readonly HistoryEvent[];
  /** How many recorded facts the turn took; absent: all. */
  readonly taken?: number;
  /** The next generation's inbox begins with these events; the first is its start. */
  readonly nextGeneration?: readonly HistoryEvent[];
}

export function writeHeader(note: object): Header {
  return { fields: { [key]: payloadOf(JSON.stringify(note)) } };
}

/** The note in a header, if there is one. The caller says which: it reads what its counterpart wrote. */
export function readHeader(header: Header | null | undefined): object | undefined {
  return readNote(header?.fields?.[key]);
}

export function writeNote(note: object): Payloads {
  return { payloads: [payloadOf(JSON.stringify(note))] };
}

export function readNote(payload: Payload | null | undefined): object | undefined {
  if (!payload) return undefined;
  const note: unknown = JSON.parse(textOfOne(payload));
  return typeof note === 'object' && note !== null ? note : undefined;
}

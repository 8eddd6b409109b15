import type { HistoryEvent } from '../../core/orchestration/index.js';
import type { Performance } from './perform.js';

/** Where two performances part first. */
export interface Difference {
  /** `status`, `output`, or a place in a history: `history of "a": event 3 taskCompleted`. */
  readonly place: string;
  /** JSON text; absent: one of them has nothing there. */
  readonly one?: string;
  readonly other?: string;
}

/**
 * The first difference, or undefined. Histories come first, since that is where a different end begins. They are compared
 * by what belongs together: each decision of the workflow with the same decision, each result with the result of the same
 * call, events in their order. Into how many turns an engine cuts them, and in which order results of parallel calls
 * come, is its own affair. Times and ids that engines make up are not compared.
 */
export function firstDifference(one: Performance, other: Performance): Difference | undefined {
  return historyDifference(one, other) ?? endDifference(one, other);
}

function endDifference({ instance: one }: Performance, { instance: other }: Performance): Difference | undefined {
  const shown = ({ status, output, customStatus, failure }: typeof one): Readonly<Record<string, unknown>> => ({
    status,
    output,
    customStatus,
    failure: failure && steady(failure),
  });
  const [left, right] = [shown(one), shown(other)];
  const place = Object.keys(left).find((name) => text(left[name]) !== text(right[name]));
  return place === undefined ? undefined : differenceAt(place, left[place], right[place]);
}

function historyDifference(one: Performance, other: Performance): Difference | undefined {
  if (!one.histories || !other.histories) return undefined;
  for (const id of new Set([...one.histories.keys(), ...other.histories.keys()])) {
    const [left, right] = [tracksOf(one.histories.get(id)), tracksOf(other.histories.get(id))];
    for (const track of new Set([...left.keys(), ...right.keys()])) {
      const [these, those] = [left.get(track) ?? [], right.get(track) ?? []];
      const index = Array.from({ length: Math.max(these.length, those.length) }).findIndex(
        (_unused, at) => text(these[at]) !== text(those[at]),
      );
      if (index >= 0) return differenceAt(`history of "${id}": ${track}`, these[index], those[index]);
    }
  }
  return undefined;
}

/** The events of each thing that happens: a decision, the answers to a call, events that were raised, the end. */
function tracksOf(events: readonly HistoryEvent[] = []): ReadonlyMap<string, readonly object[]> {
  const tracks = new Map<string, object[]>();
  for (const event of events) {
    if (event.kind === 'workflowStarted') continue;
    const name = trackOf(event);
    const track = tracks.get(name);
    if (track) track.push(steady(event));
    else tracks.set(name, [steady(event)]);
  }
  return tracks;
}

function trackOf(event: HistoryEvent): string {
  if (event.eventId >= 0) return `decision ${event.eventId}`;
  if ('taskId' in event && typeof event.taskId === 'number') return `answer to ${event.taskId}`;
  return event.kind === 'timerFired' ? `answer to ${event.timerId}` : event.kind;
}

/** Times, and ids and traces that every run makes up anew. */
const passing: ReadonlySet<string> = new Set([
  'timestampMs',
  'fireAt',
  'scheduledStartMs',
  'executionId',
  'taskExecutionId',
  'trace',
  'stackTrace',
  'rulesVersion',
]);

function steady(value: object): object {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !passing.has(name))
      .map(([name, member]: [string, unknown]) => [
        name,
        typeof member === 'object' && member !== null && !Array.isArray(member) ? steady(member) : member,
      ])
      .toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1)),
  );
}

function text(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}

function differenceAt(place: string, one: unknown, other: unknown): Difference {
  const [left, right] = [text(one), text(other)];
  return { place, ...(left === undefined ? {} : { one: left }), ...(right === undefined ? {} : { other: right }) };
}

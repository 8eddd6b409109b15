import type { HistoryEvent } from '../../core/orchestration/index.js';

type View = Readonly<Record<string, unknown>>;

/** Makes events of the JSON that the history route shows with `payloads=text`: times and payload members have other names there. */
export function eventsOfView(body: unknown): HistoryEvent[] {
  const { events } = body as { events: readonly View[] };
  return events.map(eventOfView);
}

function eventOfView(view: View): HistoryEvent {
  const members = Object.entries(view).map(([name, value]): [string, unknown] => {
    if (name === 'timestamp') return ['timestampMs', Date.parse(String(value))];
    if (name === 'scheduledStart') return ['scheduledStartMs', Date.parse(String(value))];
    if (name === 'fireAt') return [name, { ms: Date.parse(String(value)) }];
    return [name.replace(/^(input|result|output|data)Text$/, '$1'), value];
  });
  // The route is held against its schema elsewhere; what is missing here shows as a broken rule.
  return Object.fromEntries(members) as unknown as HistoryEvent;
}

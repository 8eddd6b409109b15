import type { Component, HistoryEntry, Instance, Summary } from './api/shapes.js';
import { statusTint } from './output/style.js';
import type { Column } from './output/table.js';

/** The columns of each result. */

function alwaysShown<T>(column: Column<T>): Column<T> {
  return { ...column, wide: false };
}

type Time = (time: string | undefined) => string;

export function summaryColumns(time: Time): readonly Column<Summary>[] {
  return [
    { id: 'id', cell: (row) => row.instanceId },
    { id: 'workflow', cell: (row) => row.workflowName },
    { id: 'status', cell: (row) => row.status, tint: (row) => statusTint(row.status) },
    { id: 'created', cell: (row) => time(row.createdAt) },
    { id: 'updated', cell: (row) => time(row.lastUpdatedAt) },
    { id: 'completed', wide: true, cell: (row) => time(row.completedAt) },
    { id: 'parent', wide: true, cell: (row) => row.parentInstanceId ?? '' },
  ];
}

export function instanceColumns(time: Time): readonly Column<Instance>[] {
  return [
    ...summaryColumns(time).map(alwaysShown),
    { id: 'started', cell: (row) => time(row.startedAt) },
    { id: 'scheduled', cell: (row) => time(row.scheduledStart) },
    { id: 'execution', wide: true, cell: (row) => row.executionId },
    { id: 'generation', wide: true, cell: (row) => String(row.generation) },
    { id: 'version', cell: (row) => row.version ?? '' },
    {
      id: 'tags',
      cell: (row) =>
        Object.entries(row.tags ?? {})
          .map(([key, value]) => `${key}=${value}`)
          .join(' '),
    },
    { id: 'custom', cell: (row) => row.customStatus ?? '' },
    { id: 'input', cell: (row) => payload(row.input, row.inputText) },
    { id: 'output', cell: (row) => payload(row.output, row.outputText) },
    {
      id: 'failure',
      cell: (row) => (row.failure ? `${row.failure.errorType}: ${row.failure.errorMessage}` : ''),
      tint: () => 'bad',
    },
    {
      id: 'stalled',
      cell: (row) => (row.stalled ? `${row.stalled.reason} ${row.stalled.description ?? ''}`.trim() : ''),
      tint: () => 'bad',
    },
  ];
}

export function historyColumns(time: Time): readonly Column<HistoryEntry>[] {
  return [
    { id: 'time', cell: (event) => time(event.timestamp), tint: () => 'dim' },
    { id: 'event', cell: (event) => event.kind, tint: eventTint },
    { id: 'id', cell: (event) => String(eventNumber(event) ?? '') },
    { id: 'name', cell: (event) => (typeof event['name'] === 'string' ? event['name'] : '') },
    { id: 'detail', wide: true, cell: (event) => eventDetail(event, true) },
  ];
}

export const componentColumns: readonly Column<Component>[] = [
  { id: 'name', cell: (row) => row.name },
  { id: 'type', cell: (row) => row.type },
  { id: 'version', cell: (row) => row.version },
  { id: 'default', cell: (row) => (row.isDefault ? 'yes' : '') },
  { id: 'ready', cell: (row) => (row.ready ? 'yes' : 'no'), tint: (row) => (row.ready ? 'good' : 'bad') },
  { id: 'reason', cell: (row) => row.reason ?? '' },
  { id: 'description', wide: true, cell: (row) => row.description },
];

export const componentDetails: readonly Column<Component>[] = [
  ...componentColumns.map(alwaysShown),
  {
    id: 'capabilities',
    cell: ({ capabilities }) =>
      Object.entries(capabilities)
        .filter(([, has]) => has)
        .map(([name]) => name)
        .join(' '),
  },
  {
    id: 'lacks',
    cell: ({ capabilities }) =>
      Object.entries(capabilities)
        .filter(([, has]) => !has)
        .map(([name]) => name)
        .join(' '),
  },
  {
    id: 'limits',
    cell: ({ limits }) =>
      Object.entries(limits)
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
  },
  { id: 'deviations', cell: ({ deviations }) => deviations.map(({ id, reason }) => `${id}: ${reason}`).join('; ') },
];

/** The action an event belongs to: its own id, or that of the task or timer it ends. */
export function eventNumber(event: HistoryEntry): number | undefined {
  const number = [event['taskId'], event['timerId'], event.eventId].find(
    (value) => typeof value === 'number' && value >= 0,
  );
  return typeof number === 'number' ? number : undefined;
}

/** Members that say nothing to a reader who follows one instance. */
const bookkeeping: ReadonlySet<string> = new Set(['executionId', 'rulesVersion', 'taskExecutionId', 'trace', 'origin']);

/** What else is known about an event, as `member=value`; without bookkeeping unless `all`. */
export function eventDetail(event: HistoryEntry, all: boolean): string {
  const {
    kind: _kind,
    eventId: _eventId,
    timestamp: _timestamp,
    name: _name,
    taskId: _taskId,
    timerId: _timerId,
    ...rest
  } = event;
  return Object.entries(rest)
    .filter(([member]) => all || !bookkeeping.has(member))
    .map(([member, value]) => `${member}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}

export function eventTint(event: HistoryEntry): 'bad' | 'good' | undefined {
  if (/Failed|Terminated|Stalled/.test(event.kind)) return 'bad';
  return /Completed|Fired|Raised/.test(event.kind) ? 'good' : undefined;
}

export function payload(json: unknown, text: string | undefined): string {
  return json === undefined ? (text ?? '') : JSON.stringify(json);
}

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { temporal as Temporal } from '@temporalio/proto';
import { describe as snapshotOf, legal } from '../../../core/orchestration/index.js';
import { factory } from '../../../components/temporal/component.js';
import { Run } from '../../../components/temporal/translate/run.js';
import { eventType, ignoredEventTypes } from '../../../components/temporal/translate/event-type.js';
import { openWith } from '../../../conformance/in-process/open-component.js';
import { SuiteWorker } from '../../../conformance/worker/suite-worker.js';
import { createServer } from '../../../components/temporal/server/server.js';
import { readConfig } from '../../../components/temporal/config.js';
import { typeOf } from '../../../components/temporal/vendor.js';
import { recordings } from './recordings.js';

/** Histories of a real server, as it sent them, and what they were read as when they were recorded. */
interface Golden {
  readonly instanceId: string;
  readonly runId: string;
  /** The vendor's `History` message, base64. */
  readonly history: string;
  readonly view: object;
  readonly events: readonly object[];
}

const { temporal } = createRequire(import.meta.url)('@temporalio/proto') as { temporal: typeof Temporal };
const { History } = temporal.api.history.v1;
const folder = fileURLToPath(new URL('../../golden/temporal/', import.meta.url));

const goldens = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => ({
    name: file.replace('.json', ''),
    golden: JSON.parse(readFileSync(folder + file, 'utf8')) as Golden,
  }));

function eventsOf({ history }: Golden): Temporal.api.history.v1.IHistoryEvent[] {
  return History.decode(Buffer.from(history, 'base64')).events ?? [];
}

function read(
  { instanceId, runId }: Golden,
  ...parts: readonly (readonly Temporal.api.history.v1.IHistoryEvent[])[]
): Run {
  const run = new Run(instanceId, runId);
  for (const part of parts) run.feed(part);
  return run;
}

const seen = (run: Run): unknown =>
  JSON.parse(JSON.stringify({ view: snapshotOf(run.state, run.inbox), events: run.history, inbox: run.inbox }));

describe('histories of a real server', () => {
  test.each(goldens)('$name is read as it was when it was recorded', ({ golden }) => {
    const run = read(golden, eventsOf(golden));
    expect(JSON.parse(JSON.stringify(snapshotOf(run.state, run.inbox)))).toEqual(golden.view);
    expect(JSON.parse(JSON.stringify(run.history))).toEqual(golden.events);
  });

  test.each(goldens)('$name is one that the turn model can produce', ({ golden }) => {
    expect(legal(read(golden, eventsOf(golden)).history)).toEqual([]);
  });

  test.each(goldens)('$name read piece by piece, as tasks bring it, is the same as read at once', ({ golden }) => {
    const events = eventsOf(golden);
    const whole = seen(read(golden, events));
    // A task brings everything up to the event that begins it; a read may end anywhere between two transactions.
    const cuts = events.flatMap((event, index) => (typeOf(event) === eventType.workflowTaskStarted ? [index + 1] : []));
    for (const cut of cuts) expect(seen(read(golden, events.slice(0, cut), events.slice(cut)))).toEqual(whole);
    const pieces = [0, ...cuts].map((cut, index) => events.slice(cut, cuts[index]));
    expect(seen(read(golden, ...pieces))).toEqual(whole);
    expect(seen(read(golden, ...cuts.map((cut) => events.slice(0, cut)), events))).toEqual(whole);
  });
});

describe('kinds of events', () => {
  const types = Object.entries(temporal.api.enums.v1.EventType).filter(([name]) => name.startsWith('EVENT_TYPE_'));
  const known = new Set<number>([...Object.values(eventType), ...ignoredEventTypes.keys()]);

  test.each(types.filter(([name]) => name !== 'EVENT_TYPE_UNSPECIFIED'))(
    '%s is read or is named as one that says nothing',
    (_name, type) => expect(known.has(Number(type))).toBe(true),
  );

  test.each(Object.entries(eventType))('%s has the number it has for the vendor', (name, type) => {
    const vendors = `EVENT_TYPE_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
    expect(temporal.api.enums.v1.EventType[type]).toBe(vendors);
  });
});

// To record anew: WFHOST_RECORD=1 TEMPORAL_ADDRESS=... npx jest test/components/temporal/golden
if (process.env['WFHOST_RECORD']) {
  test.each(recordings)('records $name', async ({ name, steps, during }) => {
    const properties = { address: process.env['TEMPORAL_ADDRESS'] ?? '', taskQueue: 'golden', identity: 'recorder' };
    const worker = new SuiteWorker();
    const { component, seat, close } = await openWith(factory, worker, { properties });
    const spec = { name: 'x', type: 'x', version: 'v1', properties: new Map(Object.entries(properties)) };
    const server = await createServer(
      readConfig({ ...spec, initTimeoutMs: 0, ignoreErrors: false, source: 'test' }, { appId: 'x' }),
    );
    try {
      const instanceId = `golden-${name}`;
      await component.start({ instanceId, workflowName: 'program', input: JSON.stringify(steps) });
      const recorded = (await during?.({ component, worker, seat, instanceId })) ?? instanceId;
      await component.optional.wait?.({ instanceId: recorded, until: 'closed' }, AbortSignal.timeout(30_000));
      const events = await server.history(recorded);
      const runId = events[0]?.workflowExecutionStartedEventAttributes?.originalExecutionRunId ?? '';
      const run = new Run(recorded, runId);
      run.feed(events);
      const history = Buffer.from(History.encode({ events }).finish()).toString('base64');
      const golden: Golden = {
        instanceId: recorded,
        runId,
        history,
        view: snapshotOf(run.state, run.inbox),
        events: run.history,
      };
      writeFileSync(`${folder}${name}.json`, `${JSON.stringify(golden, undefined, 1)}\n`);
      expect(run.state.closed).toBeDefined();
    } finally {
      await close();
      await server.close();
    }
  });
}

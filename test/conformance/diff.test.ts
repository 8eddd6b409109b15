import { describe, expect, test } from '@jest/globals';
import {
  definitionsIn,
  firstDifference,
  openWith,
  perform,
  workerOf,
  type Difference,
  type Performance,
  type Scenario,
} from '../../conformance/index.js';
import { factory as builtin } from '../../components/builtin/component.js';
import { factory as template } from '../../components/template/component.js';
import type { ComponentFactory, WorkflowComponent } from '../../core/index.js';
import type { HistoryEvent } from '../../core/orchestration/index.js';
import * as module from './support/orders.js';

const scenario: Scenario = {
  workflowName: 'order',
  instanceId: 'order-1',
  input: '3',
  events: [
    { name: 'approval', data: '{"by":"ann"}' },
    { name: 'remark', data: '"fine"' },
  ],
  timeoutMs: 20_000,
};

async function performOn(factory: ComponentFactory, change: Partial<Scenario> = {}): Promise<Performance> {
  const worker = workerOf(definitionsIn(module));
  const { component, close } = await openWith(factory, worker, {
    properties: factory === builtin ? { path: ':memory:' } : {},
  });
  try {
    return await perform(component, { ...scenario, ...change });
  } finally {
    await close();
    worker.close();
  }
}

/** Another version of the template: what it says or shows is changed on its way out. */
function otherVersion(change: (whole: WorkflowComponent) => Partial<WorkflowComponent>): ComponentFactory {
  return {
    ...template,
    create: (spec, context) => {
      const whole = template.create(spec, context);
      return { ...whole, ...change(whole) };
    },
  };
}

/** A version whose histories are other ones. */
function rewritten(rewrite: (events: readonly HistoryEvent[]) => readonly HistoryEvent[]): ComponentFactory {
  return otherVersion(({ optional }) => ({
    optional: {
      ...optional,
      history: async (request) => {
        const shown = await optional.history?.(request);
        return { ...shown, events: rewrite(shown?.events ?? []) };
      },
    },
  }));
}

const mapped = (change: (event: HistoryEvent) => HistoryEvent): ComponentFactory =>
  rewritten((events) => events.map(change));

describe('one workflow on two components', () => {
  test('finds workflows and activities among the exports of a module', () => {
    const { workflows, activities } = definitionsIn({ ...module, list: [module.ship, module.order] });
    expect(workflows.map(({ name }) => name).toSorted()).toEqual(['failing', 'order', 'ship']);
    expect(activities.map(({ name }) => name)).toEqual(['price']);
  });

  test('is alike on the template and on the built-in engine', async () => {
    const [one, other] = [await performOn(template), await performOn(builtin)];
    expect(firstDifference(one, other)).toBeUndefined();
    expect(one.instance.output).toBe('{"prices":[21,28],"by":"ann","said":"fine","shipped":"shipped for 21"}');
    expect([...(one.histories?.keys() ?? [])]).toHaveLength(2);
  });

  test('is alike when it fails', async () => {
    const change = { workflowName: 'failing', events: [] };
    const [one, other] = [await performOn(template, change), await performOn(builtin, change)];
    expect(one.instance).toMatchObject({ status: 'FAILED', failure: { errorType: 'RangeError' } });
    expect(firstDifference(one, other)).toBeUndefined();
  });

  const planted: readonly { readonly name: string; readonly factory: ComponentFactory; readonly found: Difference }[] =
    [
      {
        name: 'another payload of an activity',
        factory: mapped((event) =>
          event.kind === 'taskScheduled' && event.eventId === 2 ? { ...event, input: '40' } : event,
        ),
        found: {
          place: 'history of "order-1": decision 2',
          one: '{"eventId":2,"input":"4","kind":"taskScheduled","name":"price"}',
          other: '{"eventId":2,"input":"40","kind":"taskScheduled","name":"price"}',
        },
      },
      {
        name: 'another result',
        factory: mapped((event) =>
          event.kind === 'taskCompleted' && event.taskId === 1 ? { ...event, result: '0' } : event,
        ),
        found: {
          place: 'history of "order-1": answer to 1',
          one: '{"eventId":-1,"kind":"taskCompleted","result":"21","taskId":1}',
          other: '{"eventId":-1,"kind":"taskCompleted","result":"0","taskId":1}',
        },
      },
      {
        name: 'a result that comes twice',
        factory: rewritten((events) =>
          events.flatMap((event): readonly HistoryEvent[] => (event.kind === 'timerFired' ? [event, event] : [event])),
        ),
        found: {
          place: 'history of "order-1": answer to 3',
          other: '{"eventId":-1,"kind":"timerFired","timerId":3}',
        },
      },
      {
        name: 'events in another order',
        factory: rewritten((events) => {
          const raised = events.filter(({ kind }) => kind === 'eventRaised').toReversed();
          return events.map((event) => (event.kind === 'eventRaised' ? (raised.shift() ?? event) : event));
        }),
        found: {
          place: 'history of "order-1": eventRaised',
          one: '{"data":"{\\"by\\":\\"ann\\"}","eventId":-1,"kind":"eventRaised","name":"approval"}',
          other: '{"data":"\\"fine\\"","eventId":-1,"kind":"eventRaised","name":"remark"}',
        },
      },
      {
        name: 'another output, with the same history',
        factory: otherVersion((whole) => ({
          get: async (request) => ({ ...(await whole.get(request)), output: '1' }),
        })),
        found: {
          place: 'output',
          one: JSON.stringify('{"prices":[21,28],"by":"ann","said":"fine","shipped":"shipped for 21"}'),
          other: JSON.stringify('1'),
        },
      },
    ];

  test.each(planted)('differs at the place of $name', async ({ factory, found }) => {
    expect(firstDifference(await performOn(template), await performOn(factory))).toEqual(found);
  });

  test('does not differ in times, in ids made up, or in how turns are cut', async () => {
    const other = rewritten((events) =>
      events
        .map((event) => ({ ...event, timestampMs: event.timestampMs + 1_000 }))
        .flatMap((event): readonly HistoryEvent[] =>
          event.kind === 'eventRaised' ? [{ kind: 'workflowStarted', eventId: -1, timestampMs: 0 }, event] : [event],
        ),
    );
    expect(firstDifference(await performOn(template), await performOn(other))).toBeUndefined();
  });

  test('is compared by its end where a component shows no history', async () => {
    const blind = otherVersion(({ optional: { history: _history, ...optional } }) => ({ optional }));
    const performance = await performOn(blind, { workflowName: 'failing', events: [] });
    expect(performance.histories).toBeUndefined();
    const whole = await performOn(template, { workflowName: 'failing', events: [] });
    expect(firstDifference(whole, performance)).toBeUndefined();
    expect(
      firstDifference(whole, await performOn(template, { workflowName: 'ship', events: [] }))?.place,
    ).toBeDefined();
  });

  test('that does not come to its end says so', async () => {
    await expect(performOn(template, { events: [], timeoutMs: 300 })).rejects.toThrow(
      'not in time: "order-1" has ended',
    );
  });
});

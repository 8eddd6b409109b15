import { context, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { factory } from '../../../components/template/component.js';
import type { ActivityItem, ActivityOutcome, TurnItem, TurnOutcome, Worker } from '../../../core/index.js';
import { componentSpec, configWith } from '../../../host/config/defaults.js';
import { startHost, type RunningHost } from '../../../host/host.js';
import { createTracing } from '../../../host/observability/tracing.js';
import { recordingProvider, type RecordedSpan } from './recording-tracer.js';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const carried = { traceParent: `00-${traceId}-b7ad6b7169203331-01`, traceState: 'vendor=1' };

/** A workflow of one activity, `charge`, which completes or fails as told; keeps the activities it got. */
class OneStepWorker implements Worker {
  readonly label = 'one-step';
  readonly activities: ActivityItem[] = [];
  readonly historyLengths: number[] = [];
  readonly #outcome: ActivityOutcome;

  constructor(outcome: ActivityOutcome) {
    this.#outcome = outcome;
  }

  suitsTurn(): 'named' {
    return 'named';
  }

  suitsActivity(): 'named' {
    return 'named';
  }

  hasRoom(): boolean {
    return true;
  }

  async turn(item: TurnItem): Promise<TurnOutcome> {
    const result = item.newEvents.find(({ kind }) => kind === 'taskCompleted' || kind === 'taskFailed');
    if (!result) return { kind: 'answered', response: { actions: [{ kind: 'scheduleTask', id: 0, name: 'charge' }] } };
    const status = result.kind === 'taskCompleted' ? ('COMPLETED' as const) : ('FAILED' as const);
    const failure = { errorType: 'Declined', errorMessage: 'card declined' };
    const end = { kind: 'completeWorkflow' as const, id: 1, status, ...(status === 'FAILED' ? { failure } : {}) };
    return { kind: 'answered', response: { actions: [end] } };
  }

  async activity(item: ActivityItem): Promise<ActivityOutcome> {
    this.activities.push(item);
    this.historyLengths.push((await item.history()).length);
    return this.#outcome;
  }

  forget(): void {}
}

let spans: RecordedSpan[];
beforeEach(() => {
  const recording = recordingProvider();
  spans = recording.spans;
  trace.setGlobalTracerProvider(recording.provider);
});
afterEach(() => {
  trace.disable();
  context.disable();
});

const openHost = (worker: Worker): Promise<RunningHost> =>
  startHost(
    configWith({ components: [componentSpec({ name: 'memory', type: 'workflow.template' })], logLevel: 'silent' }),
    { factories: [factory], workers: [worker] },
  );

async function runToEnd(host: RunningHost): Promise<void> {
  await host.service.start('memory', { instanceId: 'order-1', workflowName: 'order', trace: carried }, 'dapr');
  await host.service.wait('memory', { instanceId: 'order-1', until: 'closed' }, AbortSignal.timeout(10_000));
  await host.close();
}

test('one trace goes from the caller through creation and turns to the activity', async () => {
  const worker = new OneStepWorker({ kind: 'completed', result: '1' });
  await runToEnd(await openHost(worker));

  expect(spans.map(({ name }) => name)).toEqual([
    'create_orchestration||order',
    'orchestration||order',
    'activity||charge',
    'orchestration||order',
  ]);
  expect(
    spans.every(({ context: { traceId: id }, ended, failure }) => id === traceId && ended && failure === undefined),
  ).toBe(true);
  const [creation, firstTurn, activity] = spans;
  expect(creation?.parentSpanId).toBe('b7ad6b7169203331');
  expect(firstTurn?.parentSpanId).toBe(creation?.context.spanId);
  expect(activity?.parentSpanId).toBe(creation?.context.spanId);
  expect(activity?.attributes).toEqual({
    'durabletask.type': 'activity',
    'durabletask.task.name': 'charge',
    'durabletask.task.instance_id': 'order-1',
    'durabletask.task.task_id': 0,
    'workflow.component': 'memory',
  });
  expect(spans.at(-1)?.attributes['durabletask.runtime_status']).toBe('COMPLETED');
});

test('an activity goes out with its own span as its trace, so that what it does nests', async () => {
  const worker = new OneStepWorker({ kind: 'completed' });
  await runToEnd(await openHost(worker));
  const span = spans.find(({ name }) => name === 'activity||charge');
  expect(worker.activities[0]?.trace).toEqual({
    traceParent: `00-${traceId}-${span?.context.spanId}-01`,
    traceState: 'vendor=1',
  });
  expect(worker.historyLengths).toEqual([3]);
});

test('failures show on the spans of the activity and of the turn that ends with it', async () => {
  const worker = new OneStepWorker({ kind: 'failed', failure: { errorType: 'Declined', errorMessage: 'no money' } });
  await runToEnd(await openHost(worker));
  expect(spans.map(({ failure }) => failure)).toEqual([undefined, undefined, 'no money', 'card declined']);
});

test('a start that is refused shows on its span', async () => {
  const host = await openHost(new OneStepWorker({ kind: 'completed' }));
  await host.service.start(
    'memory',
    { instanceId: 'a', workflowName: 'order', scheduledStartMs: Date.now() + 1e9 },
    'dapr',
  );
  await expect(host.service.start('memory', { instanceId: 'a', workflowName: 'order' }, 'dapr')).rejects.toMatchObject({
    code: 'ERR_INSTANCE_EXISTS',
  });
  expect(spans.at(-1)).toMatchObject({ ended: true, failure: expect.stringContaining('already exists') });
  await host.close();
});

test('without anybody to get spans there is no tracing', async () => {
  trace.disable();
  delete (globalThis as Record<symbol, unknown>)[Symbol.for('opentelemetry.js.api.1')];
  expect(await createTracing({ serviceName: 'a', version: '0' })).toBeUndefined();
});

test('an endpoint without the SDK installed says what to install', async () => {
  await expect(
    createTracing({ endpoint: 'http://127.0.0.1:4318', serviceName: 'a', version: '0' }),
  ).rejects.toMatchObject({
    code: 'ERR_PACKAGE_MISSING',
    message: expect.stringMatching(/^tracing needs the package @opentelemetry\/[\w-]+: npm install @opentelemetry\//),
  });
});

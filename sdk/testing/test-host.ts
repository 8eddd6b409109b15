import { factory } from '../../components/builtin/component.js';
import type { ComponentContext, Ids, Logger, Metrics, WorkflowComponent } from '../../core/index.js';
import { SeededRandom } from '../../core/orchestration/replay/index.js';
import { componentSpec, defaultConfig } from '../../host/config/defaults.js';
import { WorkflowService, type ComponentDirectory } from '../../host/service/workflow-service.js';
import { createWorkerPool } from '../../host/workers/worker-pool.js';
import { historyCodec } from '../../proto/history-codec.js';
import type { InputArgs } from '../authoring/context.js';
import type { WorkflowRef } from '../authoring/definitions.js';
import { durationMs, instantMs, type Duration, type Instant } from '../authoring/duration.js';
import { inProcess } from '../client/in-process.js';
import { WorkflowClient, type StartOptions } from '../client/workflow-client.js';
import type { WorkflowHandle } from '../client/workflow-handle.js';
import { LocalWorker, type LocalWorkerOptions } from '../worker/local-worker.js';
import { silentLogger } from '../worker/logger.js';
import { TestClock } from './test-clock.js';
import { TestTime } from './test-time.js';
import { hangs, WatchedWorker } from './watched-worker.js';

export interface TestHostOptions extends Pick<LocalWorkerOptions, 'workflows' | 'activities'> {
  /** The time when it begins. Default: 2030-01-01. */
  readonly now?: Instant;
  /** Default: silent. */
  readonly logger?: Logger;
}

/** The clock moves only by `advance`, and by waiting for a result: then it jumps to whatever comes next. */
export interface TestHost {
  readonly client: WorkflowClient;
  start<Input, Output>(
    workflow: WorkflowRef<Input, Output>,
    ...args: InputArgs<Input, StartOptions>
  ): Promise<WorkflowHandle<Output>>;
  /** Epoch ms. */
  now(): number;
  /** Lets time pass, and everything happen that is due on the way. */
  advance(duration: Duration): Promise<void>;
  /** Lets everything happen that needs no time to pass. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The built-in engine in memory with a clock of its own: a workflow of thirty days takes milliseconds. What a workflow
 * calls is what is given here, so that activities can be replaced by functions under their name.
 *
 * @example
 * const t = await testHost({ workflows: [remind], activities: { notify: () => 'sent' } });
 * const run = await t.start(remind, 'Ann');
 * await t.advance('3d');
 * await run.result();
 * await t.close();
 */
export async function testHost(options: TestHostOptions): Promise<TestHost> {
  const { activities = [], logger = silentLogger } = options;
  const clock = new TestClock(instantMs(options.now ?? '2030-01-01T00:00:00Z'));
  const local = new LocalWorker(options);
  const names = Object.entries(activities).filter(([, activity]) => activity === hangs);
  const worker = new WatchedWorker(local, new Set(names.map(([name]) => name)));
  const pool = createWorkerPool({ logger });
  const { detach } = pool.attach(worker);
  const ids = seededIds();
  const context: ComponentContext = {
    name: 'test',
    appId: 'test',
    logger,
    metrics: noMetrics,
    clock,
    ids,
    codec: historyCodec,
    workers: pool.port('test'),
    retention: {},
    concurrency: defaultConfig.concurrency,
    maxPayloadBytes: defaultConfig.maxBodyBytes,
    dataDir: '.',
  };
  const properties = new Map([['path', ':memory:']]);
  const component = factory.create(componentSpec({ name: 'test', type: factory.type, properties }), context);
  await component.init(new AbortController().signal);
  const service = new WorkflowService(directoryOf(component), {
    ids,
    metrics: noMetrics,
    maxPayloadBytes: context.maxPayloadBytes,
  });
  const time = new TestTime(clock, worker);
  const port = inProcess(service);
  const client = new WorkflowClient({ ...port, wait: (request, signal) => time.waitFor(port, request, signal) });
  return {
    client,
    start: (workflow, ...args) => client.start(workflow, ...args),
    now: () => clock.now(),
    advance: (duration) => time.advance(durationMs(duration)),
    settle: () => time.settle(),
    close: async () => {
      await component.close();
      detach();
      local.close();
    },
  };
}

const nothing = (): void => undefined;
const noMetrics: Metrics = { count: nothing, observe: nothing, gauge: nothing };

function directoryOf(component: WorkflowComponent): ComponentDirectory {
  return {
    resolve: () => ({ name: 'test', component }),
    list: () => [{ name: 'test', isDefault: true, manifest: component.manifest, ready: true }],
  };
}

/** The same ids in every run of a test. */
function seededIds(): Ids {
  const random = new SeededRandom('test');
  const uuid = (): string => random.uuid();
  const hex = (): string => uuid().replaceAll('-', '');
  return { uuid, executionId: hex, token: hex };
}

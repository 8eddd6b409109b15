import { catalog } from '../../components/catalog.js';
import type { Ids, Logger } from '../../core/index.js';
import { SeededRandom } from '../../core/orchestration/replay/index.js';
import { builtinType, componentSpec, configWith } from '../../host/config/defaults.js';
import { startHost } from '../../host/host.js';
import { ComponentRegistry } from '../../host/registry.js';
import type { InputArgs } from '../authoring/context.js';
import type { WorkflowRef } from '../authoring/definitions.js';
import { durationMs, instantMs, type Duration, type Instant } from '../authoring/duration.js';
import { inProcess } from '../client/in-process.js';
import { WorkflowClient, type StartOptions } from '../client/workflow-client.js';
import type { WorkflowHandle } from '../client/workflow-handle.js';
import { LocalWorker, type LocalWorkerOptions } from '../worker/local-worker.js';
import { TestClock } from './test-clock.js';
import { TestTime } from './test-time.js';
import { hangs, WatchedWorker } from './watched-worker.js';

export interface TestHostOptions extends Pick<LocalWorkerOptions, 'workflows' | 'activities'> {
  /** The time when it begins. Default: 2030-01-01. */
  readonly now?: Instant;
  /** Of workflows and activities. Default: silent. */
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
  const clock = new TestClock(instantMs(options.now ?? '2030-01-01T00:00:00Z'));
  const local = new LocalWorker(options);
  const worker = new WatchedWorker(local, hangingIn(options.activities));
  const registry = new ComponentRegistry(catalog);
  const component = componentSpec({ name: 'test', type: builtinType, properties: new Map([['path', ':memory:']]) });
  const host = await startHost(configWith({ components: [component], metrics: false, logLevel: 'silent' }), {
    factories: await registry.factoriesFor([component]),
    workers: [worker],
    clock,
    ids: seededIds(),
  });
  const time = new TestTime(clock, worker);
  const port = inProcess(host.service);
  const client = new WorkflowClient({ ...port, wait: (request, signal) => time.waitFor(port, request, signal) });
  return {
    client,
    start: (workflow, ...args) => client.start(workflow, ...args),
    now: () => clock.now(),
    advance: (duration) => time.advance(durationMs(duration)),
    settle: () => time.settle(),
    close: async () => {
      local.close();
      await host.close();
    },
  };
}

/** Names of activities that never answer. */
function hangingIn(activities: TestHostOptions['activities'] = []): ReadonlySet<string> {
  const entries = Object.entries(activities).filter(([, activity]) => activity === hangs);
  return new Set(entries.map(([name]) => name));
}

/** The same ids in every run of a test. */
function seededIds(): Ids {
  const random = new SeededRandom('test');
  const uuid = (): string => random.uuid();
  const hex = (): string => uuid().replaceAll('-', '');
  return { uuid, executionId: hex, token: hex };
}

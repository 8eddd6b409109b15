import type {
  ComponentContext,
  ComponentFactory,
  Ids,
  Logger,
  Metrics,
  WorkflowComponent,
  WorkflowInstance,
} from '../../core/index.js';
import { historyCodec } from '../../proto/history-codec.js';
import { ManualClock } from './manual-clock.js';
import { programWorkflow, type Program } from '../../conformance/worker/program.js';
import { ScriptedWorker, type WorkerScript } from './scripted-worker.js';

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
export const noMetrics: Metrics = { count() {}, observe() {}, gauge() {} };

/** Counted, so that two runs of a test see the same ids. */
export function countedIds(): Ids {
  let next = 0;
  const hex = (width: number): string => (next += 1).toString(16).padStart(width, '0');
  return {
    uuid: () => `00000000-0000-4000-8000-${hex(12)}`,
    executionId: () => hex(32),
    token: () => `token-${hex(8)}`,
  };
}

/** A component with a clock, ids and a worker that a test holds in its hands. */
export interface EngineHarness {
  readonly component: WorkflowComponent;
  readonly clock: ManualClock;
  readonly worker: ScriptedWorker;
  start(instanceId: string, program: Program, more?: { scheduledStartMs?: number }): Promise<void>;
  get(instanceId: string): Promise<WorkflowInstance>;
  /** Lets everything that does not wait for time happen. */
  settle(): Promise<void>;
  /** `settle`, then time passes, until `instanceId` has ended (or nothing is left to happen). */
  finish(instanceId: string): Promise<WorkflowInstance>;
  close(): Promise<void>;
}

export interface HarnessOptions {
  readonly script?: WorkerScript;
  readonly properties?: Readonly<Record<string, string>>;
  readonly clock?: ManualClock;
  readonly ids?: Ids;
}

export async function startEngine(factory: ComponentFactory, options: HarnessOptions = {}): Promise<EngineHarness> {
  const clock = options.clock ?? new ManualClock();
  const worker = new ScriptedWorker(options.script);
  const context: ComponentContext = {
    name: 'engine',
    appId: 'test',
    logger: silentLogger,
    metrics: noMetrics,
    clock,
    ids: options.ids ?? countedIds(),
    codec: historyCodec,
    workers: worker,
    retention: {},
    concurrency: { byWorkflow: new Map(), byActivity: new Map() },
    maxPayloadBytes: 4 * 1024 * 1024,
    dataDir: '.',
  };
  const component = factory.create(
    {
      name: 'engine',
      type: factory.type,
      version: factory.version,
      properties: new Map(Object.entries(options.properties ?? {})),
      initTimeoutMs: 10_000,
      ignoreErrors: false,
      source: 'test',
    },
    context,
  );
  await component.init(new AbortController().signal);
  const get = (instanceId: string): Promise<WorkflowInstance> => component.get({ instanceId });
  const harness: EngineHarness = {
    component,
    clock,
    worker,
    get,
    start: async (instanceId, program, more = {}) => {
      await component.start({ instanceId, workflowName: programWorkflow, input: JSON.stringify(program), ...more });
    },
    settle: async () => {
      // Turns, commits and results alternate between promises and the event loop; when nothing moved for some rounds
      // of the loop, nothing will without time passing.
      let calm = 0;
      let seen = -1;
      while (calm < 12) {
        await new Promise<void>((resolve) => setImmediate(resolve));
        const now = worker.turns.length + worker.activities.length;
        calm = now === seen ? calm + 1 : 0;
        seen = now;
      }
    },
    finish: async (instanceId) => {
      for (;;) {
        await harness.settle();
        const instance = await get(instanceId);
        const next = clock.next();
        if (instance.completedAtMs !== undefined || next === undefined) return instance;
        clock.advance(Math.max(next - clock.now(), 0));
      }
    },
    close: () => component.close(),
  };
  return harness;
}

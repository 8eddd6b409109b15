import type { ComponentContext, ComponentFactory } from '../../core/index.js';
import { inProcessDoor } from '../../conformance/doors/in-process.js';
import type { ConformanceTarget } from '../../conformance/run.js';
import { SuiteWorker } from '../../conformance/worker/suite-worker.js';
import { createWorkerPool } from '../../host/workers/worker-pool.js';
import { historyCodec } from '../../proto/history-codec.js';
import { noMetrics, silentLogger } from '../support/engine-harness.js';
import { randomIds, systemClock } from '../support/real-world.js';

export interface OpenTarget {
  readonly target: ConformanceTarget;
  close(): Promise<void>;
}

/** A component in this process, with the suite's worker, in real time. */
export async function openInProcess(
  factory: ComponentFactory,
  properties: Readonly<Record<string, string>> = {},
): Promise<OpenTarget> {
  const pool = createWorkerPool({ logger: silentLogger });
  const worker = new SuiteWorker();
  let seat = pool.attach(worker);
  const name = factory.type;
  const context: ComponentContext = {
    name,
    appId: 'test',
    logger: silentLogger,
    metrics: noMetrics,
    clock: systemClock,
    ids: randomIds,
    codec: historyCodec,
    workers: pool.port(name),
    retention: {},
    concurrency: { byWorkflow: new Map(), byActivity: new Map() },
    maxPayloadBytes: 4 * 1024 * 1024,
    dataDir: '.',
  };
  const spec = {
    name,
    type: factory.type,
    version: factory.version,
    properties: new Map(Object.entries(properties)),
    initTimeoutMs: 10_000,
    ignoreErrors: false,
    source: 'test',
  };
  const component = factory.create(spec, context);
  await component.init(new AbortController().signal);
  return {
    target: {
      component: name,
      doors: [inProcessDoor(component)],
      worker,
      capabilities: component.manifest.capabilities,
      limits: component.manifest.limits,
      patienceMs: 30_000,
      reconnectWorker: async () => {
        seat.detach();
        seat = pool.attach(worker);
      },
    },
    close: () => component.close(),
  };
}

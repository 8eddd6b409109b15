import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ComponentContext, WorkflowComponent } from '../../core/index.js';
import { inProcessDoor } from '../../conformance/doors/in-process.js';
import { plan, runPlan, type CaseResult, type ConformanceTarget } from '../../conformance/run.js';
import { suites } from '../../conformance/suites/index.js';
import { SuiteWorker } from '../../conformance/worker/suite-worker.js';
import { createWorkerPool } from '../../host/workers/worker-pool.js';
import { factory } from '../../components/template/component.js';
import { noMetrics, silentLogger } from '../support/engine-harness.js';
import { historyCodec } from '../../proto/history-codec.js';
import { randomIds, systemClock } from '../support/real-world.js';

/** The suite on the smallest component that has everything. */
let component: WorkflowComponent;
let results: CaseResult[];

beforeAll(async () => {
  const pool = createWorkerPool({ logger: silentLogger });
  const worker = new SuiteWorker();
  let seat = pool.attach(worker);
  const context: ComponentContext = {
    name: 'template',
    appId: 'test',
    logger: silentLogger,
    metrics: noMetrics,
    clock: systemClock,
    ids: randomIds,
    codec: historyCodec,
    workers: pool.port('template'),
    retention: {},
    concurrency: { byWorkflow: new Map(), byActivity: new Map() },
    maxPayloadBytes: 4 * 1024 * 1024,
    dataDir: '.',
  };
  component = factory.create(
    {
      name: 'template',
      type: factory.type,
      version: factory.version,
      properties: new Map(),
      initTimeoutMs: 10_000,
      ignoreErrors: false,
      source: 'test',
    },
    context,
  );
  const target: ConformanceTarget = {
    component: 'template',
    doors: [inProcessDoor(component)],
    worker,
    capabilities: component.manifest.capabilities,
    limits: component.manifest.limits,
    patienceMs: 20_000,
    reconnectWorker: async () => {
      seat.detach();
      seat = pool.attach(worker);
    },
  };
  results = await runPlan(plan(suites, target), target, { parallel: 16 });
}, 120_000);

afterAll(() => component.close());

describe('the conformance suite on the template', () => {
  test('has at least two hundred cases, each with an id of its own', () => {
    const ids = suites.flatMap((suite) => suite.cases.map((one) => one.id));
    expect(ids.length).toBeGreaterThanOrEqual(200);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('passes, and leaves nothing out', () => {
    const notPassed = results.filter((result) => result.outcome !== 'passed');
    expect(notPassed.map(({ id, outcome, reason }) => ({ id, outcome, reason }))).toEqual([]);
  });
});

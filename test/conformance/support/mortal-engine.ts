import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { inProcessDoor, SuiteWorker, type ConformanceTarget, type OpenTarget } from '../../../conformance/index.js';
import { seatFor, type WorkerSeat } from '../../../conformance/in-process/worker-seat.js';
import { noMetrics, randomIds, silentLogger, systemClock } from '../../../conformance/in-process/world-parts.js';
import { BuiltinComponent, factory } from '../../../components/builtin/component.js';
import { readConfig } from '../../../components/builtin/config.js';
import { SqliteStore } from '../../../components/builtin/store/sqlite-store.js';
import type { ComponentContext, WorkflowComponent } from '../../../core/index.js';
import { historyCodec } from '../../../proto/history-codec.js';
import { temporaryFolder } from '../../components/builtin/support/backends.js';
import { FaultyStore } from '../../components/builtin/support/faulty-store.js';
import type { Fault } from '../planted/fault.js';
import { switchingDoor } from './switching-door.js';

/** One engine on a file, until it is killed: then nothing of it acts on anything any more. */
interface Life {
  readonly component: WorkflowComponent;
  readonly seat: WorkerSeat;
  readonly kill: () => void;
  readonly close: () => Promise<void>;
}

/**
 * The built-in engine in this process, on a file, with a door that outlives it: killed without a close, as far as that
 * can be done to a part of a process. `fault`: is in every life.
 */
export async function openMortalEngine(patienceMs: number, fault: Fault = {}): Promise<OpenTarget> {
  const folder = temporaryFolder();
  const worker = new SuiteWorker();
  const begin = (): Promise<Life> => beginLife(join(folder, 'store.db'), worker, fault);
  let life = await begin();
  let door = inProcessDoor(life.component);
  const { capabilities, limits, type } = life.component.manifest;
  const target: ConformanceTarget = {
    component: type,
    doors: [switchingDoor(() => door)],
    worker,
    capabilities,
    limits,
    patienceMs,
    disconnectWorker: async () => life.seat.disconnect(),
    reconnectWorker: async () => life.seat.reconnect(),
    crash: async () => {
      life.kill();
      life = await begin();
      door = inProcessDoor(life.component);
    },
  };
  const close = async (): Promise<void> => {
    await life.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { target, close };
}

async function beginLife(path: string, worker: SuiteWorker, fault: Fault): Promise<Life> {
  const store = new FaultyStore(new SqliteStore(path, () => randomIds.uuid()));
  let alive = true;
  const alarms = new Set<() => void>();
  const whileAlive = <T>(given: Promise<T>): Promise<T> =>
    given.then((value) => (alive ? value : new Promise<never>(() => undefined)));
  const seat = seatFor(worker);
  const given: ComponentContext = {
    ...surroundings(path),
    clock: {
      now: () => systemClock.now(),
      monotonic: () => systemClock.monotonic(),
      at: (atMs, callback) => {
        const cancel = alive ? systemClock.at(atMs, callback) : (): void => undefined;
        alarms.add(cancel);
        return cancel;
      },
    },
    workers: {
      turn: (item) => {
        const answer = alive ? seat.port.turn(item) : undefined;
        return answer && whileAlive(answer);
      },
      activity: (item) => {
        const outcome = alive ? seat.port.activity(item) : undefined;
        return outcome && whileAlive(outcome);
      },
      onCapacity: (listener) => seat.port.onCapacity((event) => alive && listener(event)),
      forget: (instanceId, executionId) => seat.port.forget(instanceId, executionId),
    },
  };
  const context = fault.context?.(given, () => engine) ?? given;
  const engine = new BuiltinComponent(context, readConfig(specOf(path), context), () => store);
  await engine.init();
  const component = fault.component?.(engine) ?? engine;
  const kill = (): void => {
    alive = false;
    store.kill();
    for (const cancel of alarms) cancel();
  };
  return { component, seat, kill, close: () => engine.close() };
}

function specOf(path: string): Parameters<typeof readConfig>[0] {
  const { type, version } = factory;
  const properties = new Map([['path', path]]);
  return { name: type, type, version, properties, initTimeoutMs: 10_000, ignoreErrors: false, source: 'test' };
}

function surroundings(path: string): Omit<ComponentContext, 'clock' | 'workers'> {
  return {
    name: factory.type,
    appId: 'test',
    logger: silentLogger,
    metrics: noMetrics,
    ids: randomIds,
    codec: historyCodec,
    retention: {},
    concurrency: { byWorkflow: new Map(), byActivity: new Map() },
    maxPayloadBytes: 4 * 1024 * 1024,
    dataDir: path,
  };
}

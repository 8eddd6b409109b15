import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ComponentFactory, Worker, WorkflowComponent } from '../../core/index.js';
import type { HistoryCodec } from '../../core/orchestration/index.js';
import { inProcessDoor } from '../doors/in-process.js';
import type { ConformanceTarget } from '../run.js';
import { SuiteWorker } from '../worker/suite-worker.js';
import { seatFor, type WorkerSeat } from './worker-seat.js';
import { jsonCodec, noMetrics, randomIds, silentLogger, systemClock } from './world-parts.js';

export interface OpenOptions {
  /** As `spec.metadata` of its component file would give them. */
  readonly properties?: Readonly<Record<string, string>>;
  /** Default: events as JSON text. */
  readonly codec?: HistoryCodec;
  /** Folder for the component's data. Default: a temporary one, which `close` removes. */
  readonly dataDir?: string;
  /** Largest payload, bytes. Default: 4 MiB. */
  readonly maxPayloadBytes?: number;
}

/** A component in this process, without a host, with one worker. */
export interface OpenComponent {
  readonly component: WorkflowComponent;
  readonly seat: WorkerSeat;
  readonly close: () => Promise<void>;
}

/** Builds a component and opens it. Throws what its `create` and `init` throw. */
export async function openWith(
  factory: ComponentFactory,
  worker: Worker,
  options: OpenOptions = {},
): Promise<OpenComponent> {
  const folder = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'wfhost-component-')));
  const removeFolder = async (): Promise<void> => {
    if (options.dataDir === undefined) await rm(folder, { recursive: true, force: true });
  };
  const seat = seatFor(worker);
  try {
    const component = build(factory, seat, folder, options);
    await component.init(new AbortController().signal);
    const close = async (): Promise<void> => {
      await component.close();
      await removeFolder();
    };
    return { component, seat, close };
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

/** A target with its end. */
export interface OpenTarget {
  readonly target: ConformanceTarget;
  readonly close: () => Promise<void>;
}

/**
 * Opens a component for the suite, without a host around it: what the author of a component runs the suite on.
 *
 * @example
 * const { target, close } = await openComponent(factory, { properties: { path: ':memory:' } });
 */
export async function openComponent(
  factory: ComponentFactory,
  options: OpenOptions & { readonly patienceMs?: number } = {},
): Promise<OpenTarget> {
  const worker = new SuiteWorker();
  const { component, seat, close } = await openWith(factory, worker, options);
  const { type, version, capabilities, limits } = component.manifest;
  const target: ConformanceTarget = {
    component: `${type}/${version}`,
    doors: [inProcessDoor(component)],
    worker,
    capabilities,
    limits,
    patienceMs: options.patienceMs ?? defaultPatienceMs,
    disconnectWorker: async () => seat.disconnect(),
    reconnectWorker: async () => seat.reconnect(),
  };
  return { target, close };
}

/** How long a condition may take where nobody says otherwise, ms. */
export const defaultPatienceMs = 30_000;

function build(
  factory: ComponentFactory,
  seat: WorkerSeat,
  dataDir: string,
  { properties = {}, codec = jsonCodec, maxPayloadBytes = 4 * 1024 * 1024 }: OpenOptions,
): WorkflowComponent {
  const { type, version } = factory;
  const name = type;
  return factory.create(
    {
      name,
      type,
      version,
      properties: new Map(Object.entries(properties)),
      initTimeoutMs: 10_000,
      ignoreErrors: false,
      source: 'conformance',
    },
    {
      name,
      appId: 'conformance',
      logger: silentLogger,
      metrics: noMetrics,
      clock: systemClock,
      ids: randomIds,
      codec,
      workers: seat.port,
      retention: {},
      concurrency: { byWorkflow: new Map(), byActivity: new Map() },
      maxPayloadBytes,
      dataDir,
    },
  );
}

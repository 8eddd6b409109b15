import type {
  Clock,
  ComponentContext,
  ComponentFactory,
  ComponentSpec,
  Ids,
  Logger,
  Worker,
  WorkerPool,
} from '../core/index.js';
import { historyCodec } from '../proto/history-codec.js';
import { ComponentManager } from './component-manager.js';
import { componentsOf } from './config/defaults.js';
import type { HostConfig } from './config/host-config.js';
import { within } from './deadline.js';
import type { Door, DoorParts, HostMetadata, Readiness, StartDoor } from './door.js';
import type { Wiring } from './container/container.js';
import { HostState } from './host-state.js';
import { openInstruments, type Instruments } from './instruments.js';
import type { WorkflowService } from './service/workflow-service.js';
import { createWorkerPool, type HostWorkerPool } from './workers/worker-pool.js';

export interface HostParts {
  /** Of all types the configuration names. */
  readonly factories: readonly ComponentFactory[];
  /** Workers in this process. The host detaches them when it closes. */
  readonly workers?: readonly Worker[];
  readonly clock?: Clock;
  readonly ids?: Ids;
  /** Takes log lines; standard output by default. */
  readonly writeLog?: (line: string) => void;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface RunningHost {
  /** All management operations, without a wire. */
  readonly service: WorkflowService;
  readonly pool: WorkerPool;
  readonly logger: Logger;
  /** Where the doors listen; absent: off. */
  readonly http?: Address;
  readonly grpc?: Address;
  readiness(): Readiness;
  metadata(): HostMetadata;
  /**
   * Drains: not ready any more, no new calls and work items, what is under way ends, then components close in reverse.
   * Resolves within `drainTimeoutMs` at the latest. Idempotent.
   */
  close(): Promise<void>;
}

/** Kept back from the drain time for closing components and doors, ms, at most half of it. */
const closingReserveMs = 2_000;

/**
 * Opens the components, wires the doors to them and listens. Throws the error of the component that failed,
 * `ERR_CONFIG_INVALID` when a port cannot be had, `ERR_PACKAGE_MISSING`; whatever was opened is closed then.
 */
export async function startHost(config: HostConfig, parts: HostParts): Promise<RunningHost> {
  // Loaded while the components open: what is slow to import waits for no disk, and no disk for it.
  const container = loadAhead(() => import('./container/container.js'));
  const httpDoor = config.http && loadAhead(async () => (await import('./http/door.js')).startHttpDoor);
  const grpcDoor = config.grpc && loadAhead(async () => (await import('./grpc/door.js')).startGrpcDoor);

  const instruments = await openInstruments(config, parts);
  const { watch, logger } = instruments;
  const pool = createWorkerPool({ limits: config.concurrency, logger, ...(watch ? { watch } : {}) });
  instruments.watchPool(pool);
  const seats = (parts.workers ?? []).map((worker) => pool.attach(worker));
  const components = await openComponents(config, parts, instruments, pool).catch(async (error: unknown) => {
    await instruments.close();
    throw error;
  });
  const state = new HostState({ config, components, pool, metrics: instruments.store });
  const { wire } = await container();
  const wiring = wire({ ...instruments, config, pool, directory: components, state });

  const doors: Door[] = [];
  const host = new Host({ config, instruments, pool, components, state, doors, wiring, seats });
  try {
    const http = await openDoor(wiring.doorParts, config.http, httpDoor, doors);
    const grpc = await openDoor(wiring.doorParts, config.grpc, grpcDoor, doors);
    logger.info({ http, grpc, appId: config.appId, ...state.readiness() }, 'host is up');
    return host.running(http, grpc);
  } catch (error) {
    await host.close();
    throw error;
  }
}

interface HostInside {
  readonly config: HostConfig;
  readonly instruments: Instruments;
  readonly pool: HostWorkerPool;
  readonly components: ComponentManager;
  readonly state: HostState;
  readonly doors: readonly Door[];
  readonly wiring: Wiring;
  readonly seats: readonly { detach(): void }[];
}

class Host {
  readonly #inside: HostInside;
  #closing: Promise<void> | undefined;

  constructor(inside: HostInside) {
    this.#inside = inside;
  }

  running(http: Address | undefined, grpc: Address | undefined): RunningHost {
    const { wiring, pool, state, instruments } = this.#inside;
    return {
      service: wiring.service,
      pool,
      logger: instruments.logger,
      ...(http ? { http } : {}),
      ...(grpc ? { grpc } : {}),
      readiness: () => state.readiness(),
      metadata: () => state.metadata(),
      close: () => this.close(),
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { config, instruments, pool, components, state, doors, wiring, seats } = this.#inside;
    const { logger } = instruments;
    const endsAt = performance.now() + config.drainTimeoutMs;
    const leftMs = (): number => Math.max(endsAt - performance.now(), 0);
    logger.info({ ...pool.inFlight }, 'draining');
    state.drain();
    for (const door of doors) door.drain();
    const reserveMs = Math.min(closingReserveMs, config.drainTimeoutMs / 2);
    await within(pool.drain(), leftMs() - reserveMs, () =>
      logger.warn({ ...pool.inFlight }, 'work in flight is given up: it is handed out again after the restart'),
    );
    await components.close(leftMs());
    for (const seat of seats) seat.detach();
    await within(closeAll(doors), leftMs(), () => logger.warn({}, 'a door did not close in time'));
    wiring.dispose();
    await within(instruments.close(), leftMs(), () => undefined);
    logger.info({}, 'host is down');
  }
}

async function closeAll(doors: readonly Door[]): Promise<void> {
  await Promise.all(doors.map((door) => door.close()));
}

async function openComponents(
  config: HostConfig,
  { factories }: HostParts,
  instruments: Instruments,
  pool: HostWorkerPool,
): Promise<ComponentManager> {
  const { logger, metrics, clock, ids } = instruments;
  const contextFor = ({ name }: ComponentSpec): ComponentContext => ({
    name,
    appId: config.appId,
    logger: logger.child({ component: name }),
    metrics,
    clock,
    ids,
    codec: historyCodec,
    workers: pool.port(name),
    retention: config.retention,
    concurrency: config.concurrency,
    maxPayloadBytes: config.maxBodyBytes,
    dataDir: config.dataDir,
  });
  return ComponentManager.open({
    specs: componentsOf(config),
    factories,
    contextFor,
    ...(config.defaultComponent === undefined ? {} : { defaultComponent: config.defaultComponent }),
    logger,
    metrics,
    secrets: config.secrets,
  });
}

async function openDoor(
  parts: Omit<DoorParts, 'host' | 'port'>,
  address: Address | undefined,
  load: (() => Promise<StartDoor>) | undefined,
  doors: Door[],
): Promise<Address | undefined> {
  if (!address || !load) return undefined;
  const start = await load();
  const door = await start({ ...parts, ...address });
  doors.push(door);
  return { host: door.host, port: door.port };
}

/** Begins to load at once; a failure is told to whoever asks for the result, and only then. */
function loadAhead<T>(load: () => Promise<T>): () => Promise<T> {
  const loading = load();
  loading.catch(() => undefined);
  return () => loading;
}

import type { Clock, Ids, Metrics } from '../core/index.js';
import type { HostConfig } from './config/host-config.js';
import { systemClock } from './observability/clock.js';
import { randomIds } from './observability/ids.js';
import { itemMeter } from './observability/item-meter.js';
import { createLogger, type HostLogger } from './observability/logger.js';
import { MetricStore } from './observability/metrics.js';
import { createTracing, type Tracing } from './observability/tracing.js';
import { bothWatches } from './observability/watches.js';
import { hostVersion } from './version.js';
import type { HostWorkerPool, ItemWatch } from './workers/worker-pool.js';

/** What a host observes itself with, and where it takes time and chance from. */
export interface Instruments {
  readonly logger: HostLogger;
  readonly metrics: Metrics;
  /** Absent: metrics are off. */
  readonly store: MetricStore | undefined;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly tracing?: Tracing;
  /** Absent: neither metrics nor traces want to see items. */
  readonly watch?: ItemWatch;
  watchPool(pool: HostWorkerPool): void;
  close(): Promise<void>;
}

const noMetrics: Metrics = { count: () => {}, observe: () => {}, gauge: () => {} };

/** Throws `ERR_PACKAGE_MISSING` when spans are to be exported and the SDK is not installed. */
export async function openInstruments(
  config: HostConfig,
  parts: { readonly clock?: Clock; readonly ids?: Ids; readonly writeLog?: (line: string) => void },
): Promise<Instruments> {
  const { clock = systemClock, ids = randomIds(), writeLog } = parts;
  const { appId, namespace, tracingEndpoint, secrets } = config;
  const tracing = await createTracing({
    ...(tracingEndpoint === undefined ? {} : { endpoint: tracingEndpoint }),
    serviceName: appId,
    version: hostVersion,
  });
  const logger = await createLogger({
    level: config.logLevel,
    format: config.logFormat,
    secrets,
    ...(tracing ? { mixin: () => tracing.logFields() } : {}),
    ...(writeLog ? { write: writeLog } : {}),
  });
  for (const { severity, file, line, message } of config.notes) {
    logger[severity === 'warning' ? 'warn' : 'debug']({ file, line }, message);
  }
  for (const flag of config.insecureFlags) logger.warn({ flag }, 'running with an insecure flag');
  const store = config.metrics ? new MetricStore({ app_id: appId, namespace }) : undefined;
  const metrics = store ?? noMetrics;
  const watch = watchOf(store && itemMeter(store, clock), tracing?.watch);
  return {
    logger,
    metrics,
    store,
    clock,
    ids,
    ...(tracing ? { tracing } : {}),
    ...(watch ? { watch } : {}),
    watchPool: (pool) => {
      metrics.gauge('wfhost_workers_connected', () => pool.connectedWorkers);
      metrics.gauge('wfhost_items_in_flight', () => pool.inFlight.turns, { kind: 'turn' });
      metrics.gauge('wfhost_items_in_flight', () => pool.inFlight.activities, { kind: 'activity' });
    },
    close: async () => tracing?.close(),
  };
}

function watchOf(meter: ItemWatch | undefined, spans: ItemWatch | undefined): ItemWatch | undefined {
  return meter && spans ? bothWatches(meter, spans) : (meter ?? spans);
}

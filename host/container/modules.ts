import { ContainerModule } from 'inversify';
import type { Clock, Ids, Logger, Metrics } from '../../core/index.js';
import type { HostConfig } from '../config/host-config.js';
import type { HostState } from '../host-state.js';
import { WorkflowService, type ComponentDirectory, type OperationTracing } from '../service/workflow-service.js';
import type { HostWorkerPool } from '../workers/worker-pool.js';
import { tokens } from './tokens.js';

/** What exists before the container: made while it is still being loaded. */
export interface Foundation {
  readonly config: HostConfig;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly tracing?: OperationTracing;
  readonly pool: HostWorkerPool;
  readonly directory: ComponentDirectory;
  readonly state: HostState;
}

export function foundationModule(foundation: Foundation): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(tokens.config).toConstantValue(foundation.config);
    bind(tokens.logger).toConstantValue(foundation.logger);
    bind(tokens.metrics).toConstantValue(foundation.metrics);
    bind(tokens.clock).toConstantValue(foundation.clock);
    bind(tokens.ids).toConstantValue(foundation.ids);
    bind(tokens.tracing).toConstantValue(foundation.tracing);
    bind(tokens.pool).toConstantValue(foundation.pool);
    bind(tokens.state).toConstantValue(foundation.state);
  });
}

export function componentsModule({ directory }: Foundation): ContainerModule {
  return new ContainerModule(({ bind }) => {
    bind(tokens.directory).toConstantValue(directory);
    for (const { name } of directory.list()) {
      bind(tokens.component).toConstantValue(directory.resolve(name).component).whenNamed(name);
    }
  });
}

export const serviceModule = new ContainerModule(({ bind }) => {
  bind(tokens.service).toResolvedValue(
    (config: HostConfig, directory: ComponentDirectory, ids: Ids, metrics: Metrics, tracing?: OperationTracing) =>
      new WorkflowService(directory, {
        ids,
        metrics,
        maxPayloadBytes: config.maxBodyBytes,
        ...(tracing ? { tracing } : {}),
      }),
    [tokens.config, tokens.directory, tokens.ids, tokens.metrics, tokens.tracing],
  );
});

export const doorsModule = new ContainerModule(({ bind }) => {
  bind(tokens.doorParts).toResolvedValue(
    (
      service: WorkflowService,
      pool: HostWorkerPool,
      logger: Logger,
      metrics: Metrics,
      clock: Clock,
      ids: Ids,
      config: HostConfig,
      state: HostState,
    ) => ({
      service,
      pool,
      logger,
      metrics,
      clock,
      ids,
      apiTokens: config.apiTokens,
      allowedHosts: config.allowedHosts,
      maxBodyBytes: config.maxBodyBytes,
      readiness: () => state.readiness(),
      metadata: () => state.metadata(),
      renderMetrics: () => state.renderMetrics(),
    }),
    [tokens.service, tokens.pool, tokens.logger, tokens.metrics, tokens.clock, tokens.ids, tokens.config, tokens.state],
  );
});

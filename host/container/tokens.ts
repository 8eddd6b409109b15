import type { ServiceIdentifier } from 'inversify';
import type { Clock, Ids, Logger, Metrics, WorkflowComponent } from '../../core/index.js';
import type { HostConfig } from '../config/host-config.js';
import type { DoorParts } from '../door.js';
import type { HostState } from '../host-state.js';
import type { ComponentDirectory, OperationTracing, WorkflowService } from '../service/workflow-service.js';
import type { HostWorkerPool } from '../workers/worker-pool.js';

function token<T>(name: string): ServiceIdentifier<T> {
  return Symbol(`wfhost.${name}`);
}

/** What can be asked of the container. */
export const tokens = {
  config: token<HostConfig>('config'),
  logger: token<Logger>('logger'),
  metrics: token<Metrics>('metrics'),
  clock: token<Clock>('clock'),
  ids: token<Ids>('ids'),
  /** Absent value: tracing is off. */
  tracing: token<OperationTracing | undefined>('tracing'),
  pool: token<HostWorkerPool>('pool'),
  state: token<HostState>('state'),
  directory: token<ComponentDirectory>('directory'),
  /** A loaded component, by its name. */
  component: token<WorkflowComponent>('component'),
  service: token<WorkflowService>('service'),
  /** What both doors get; where each listens is added to it. */
  doorParts: token<Omit<DoorParts, 'host' | 'port'>>('doorParts'),
} as const;

import type { Clock, Ids, Logger, Metrics, WorkerPool } from '../core/index.js';
import type { WorkflowService } from './service/workflow-service.js';

/** What the process says about itself at `/v1.0/metadata` and over `GetMetadata`. Never holds secrets. */
export interface HostMetadata {
  readonly appId: string;
  readonly namespace: string;
  readonly version: string;
  /** Open work-item streams. */
  readonly connectedWorkers: number;
  readonly components: readonly { readonly name: string; readonly type: string; readonly version: string }[];
  /** Flags that weaken a default, by name, for operators to see. */
  readonly insecureFlags: readonly string[];
  /** Shown under Dapr's `extended` keys. */
  readonly extended: Readonly<Record<string, string>>;
}

export interface Readiness {
  /** The default component can serve and the host is not draining. */
  readonly ready: boolean;
  readonly reason?: string;
}

/** Everything a door needs. Doors translate; they decide nothing. */
export interface DoorParts {
  readonly service: WorkflowService;
  readonly pool: WorkerPool;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Any of these opens the door; empty: no token is asked for. */
  readonly apiTokens: readonly string[];
  /** Host names (without port) a request may address, besides loopback names and addresses. */
  readonly allowedHosts: readonly string[];
  readonly maxBodyBytes: number;
  readiness(): Readiness;
  metadata(): HostMetadata;
  /** Prometheus text. */
  renderMetrics(): Promise<{ readonly contentType: string; readonly body: string }>;
}

/** A listening API surface. */
export interface Door {
  readonly host: string;
  readonly port: number;
  /** Stops taking new calls and worker streams; calls under way finish. */
  drain(): void;
  /** Ends everything and releases the port. Idempotent. */
  close(): Promise<void>;
}

export type StartDoor = (parts: DoorParts) => Promise<Door>;

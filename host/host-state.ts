import type { ComponentManager } from './component-manager.js';
import type { HostConfig } from './config/host-config.js';
import type { HostMetadata, Readiness } from './door.js';
import type { MetricStore } from './observability/metrics.js';
import { ProcessMetrics } from './observability/process-metrics.js';
import { hostVersion } from './version.js';
import type { HostWorkerPool } from './workers/worker-pool.js';

/** What the process tells about itself. */
export class HostState {
  readonly #config: HostConfig;
  readonly #components: ComponentManager;
  readonly #pool: HostWorkerPool;
  readonly #metrics: MetricStore | undefined;
  readonly #process = new ProcessMetrics();
  #draining = false;

  constructor(parts: {
    config: HostConfig;
    components: ComponentManager;
    pool: HostWorkerPool;
    /** Absent: metrics are off. */
    metrics: MetricStore | undefined;
  }) {
    this.#config = parts.config;
    this.#components = parts.components;
    this.#pool = parts.pool;
    this.#metrics = parts.metrics;
  }

  /** From here on the host is not ready, whatever its components say. */
  drain(): void {
    this.#draining = true;
  }

  readiness(): Readiness {
    return this.#draining ? { ready: false, reason: 'shutting down' } : this.#components.readiness();
  }

  metadata(): HostMetadata {
    const { appId, namespace, insecureFlags } = this.#config;
    return {
      appId,
      namespace,
      version: hostVersion,
      connectedWorkers: this.#pool.connectedWorkers,
      components: this.#components.list().map(({ name, manifest: { type, version } }) => ({ name, type, version })),
      insecureFlags,
      extended: { daprRuntimeVersion: hostVersion },
    };
  }

  async renderMetrics(): Promise<{ readonly contentType: string; readonly body: string }> {
    const body = this.#metrics ? this.#metrics.render() + (await this.#process.render()) : '';
    return { contentType: 'text/plain; version=0.0.4; charset=utf-8', body };
  }
}

import type { Registry } from 'prom-client';

/** Memory, CPU, event loop and garbage collection of the process. The client is loaded at the first scrape. */
export class ProcessMetrics {
  #registry: Promise<Registry> | undefined;

  /** In the Prometheus text format. */
  async render(): Promise<string> {
    this.#registry ??= openRegistry();
    return (await this.#registry).metrics();
  }
}

async function openRegistry(): Promise<Registry> {
  const client = await import('prom-client');
  const registry = new client.Registry();
  client.collectDefaultMetrics({ register: registry });
  return registry;
}

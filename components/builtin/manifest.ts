import { capabilityNames, type CapabilityName, type ComponentManifest } from '../../core/index.js';
import { maxHistoryEvents, maxInboxEvents } from './engine/bounds.js';

const lacks: ReadonlySet<CapabilityName> = new Set(['nativeWorkflows']);

/** What the built-in engine can do. `payloadBytes`: what the host lets through. */
export function manifestFor(payloadBytes: number): ComponentManifest {
  return {
    type: 'workflow.builtin',
    version: 'v1',
    description: 'Durable engine inside the host, on one SQLite file. No server to run.',
    capabilities: Object.fromEntries(capabilityNames.map((name) => [name, !lacks.has(name)])) as Record<
      CapabilityName,
      boolean
    >,
    limits: {
      payloadBytes,
      instanceIdBytes: 1024,
      historyEvents: maxHistoryEvents,
      openTasks: maxHistoryEvents,
      inboxEvents: maxInboxEvents,
      timerGranularityMs: 1,
      listLagMs: 0,
      purgeLagMs: 0,
      recoveryMs: 1_000,
    },
    deviations: [],
  };
}

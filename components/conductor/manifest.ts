import { capabilityNames, type CapabilityName, type ComponentManifest } from '../../core/index.js';
import { upkeepMs } from './engine/upkeep.js';
import { maxPayloadBytes } from './limits.js';

const lacks: ReadonlySet<CapabilityName> = new Set(['nativeWorkflows', 'detachedUnawaited']);

/** What the component can do. `leaseMs`: after which a lost host's work is handed out again. */
export function manifestFor(leaseMs: number, hostPayloadBytes: number): ComponentManifest {
  return {
    type: 'workflow.conductor',
    version: 'v1',
    description: 'Conductor (OSS): workflows run on a Conductor server, one execution per instance.',
    capabilities: Object.fromEntries(capabilityNames.map((name) => [name, !lacks.has(name)])) as Record<
      CapabilityName,
      boolean
    >,
    limits: {
      payloadBytes: Math.min(hostPayloadBytes, maxPayloadBytes),
      instanceIdBytes: 255,
      historyEvents: 10_000,
      openTasks: 500,
      inboxEvents: 10_000,
      timerGranularityMs: 100,
      listLagMs: 0,
      purgeLagMs: 0,
      // The lease, and then a look at all that runs.
      recoveryMs: leaseMs + upkeepMs,
    },
    deviations: [
      {
        id: 'unawaited-activities',
        reason:
          'Conductor ends all branches of an execution with it: activities that nobody awaits end with their workflow.',
      },
    ],
  };
}

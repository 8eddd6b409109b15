import { capabilityNames, type CapabilityName, type ComponentManifest } from '../../core/index.js';

const lacks: readonly CapabilityName[] = ['purgeByFilter', 'nativeWorkflows', 'detachedUnawaited'];

/** The server terminates a run over a payload of 2 MiB; what travels beside the payload counts, too. */
export const maxPayloadBytes = 2 * 1024 * 1024 - 64 * 1024;

export const manifest: ComponentManifest = {
  type: 'workflow.temporal',
  version: 'v1',
  description: 'Portable workflows on a Temporal server.',
  capabilities: Object.fromEntries(capabilityNames.map((name) => [name, !lacks.includes(name)])) as Record<
    CapabilityName,
    boolean
  >,
  limits: {
    payloadBytes: maxPayloadBytes,
    instanceIdBytes: 1_000,
    historyEvents: 40_000,
    openTasks: 10_000,
    inboxEvents: 10_000,
    timerGranularityMs: 50,
    listLagMs: 5_000,
    purgeLagMs: 0,
    recoveryMs: 60_000,
  },
  deviations: [
    {
      id: 'order-between-kinds',
      reason: 'The server moves results that arrive during an open turn behind events and timers of the same time.',
    },
    {
      id: 'unawaited-activities',
      reason: 'Activities that nobody has begun when their workflow completes are not delivered by the server.',
    },
  ],
};

import { capabilityNames, type CapabilityName, type ComponentManifest } from '../../core/index.js';

const lacks: readonly CapabilityName[] = ['purgeByFilter', 'nativeWorkflows'];

/** What the template can do. A component that lacks something says so here and leaves the operation out. */
export const manifest: ComponentManifest = {
  type: 'workflow.template',
  version: 'v1',
  description: 'In memory, volatile: a model for components of your own, and the reference of the conformance suite.',
  capabilities: Object.fromEntries(capabilityNames.map((name) => [name, !lacks.includes(name)])) as Record<
    CapabilityName,
    boolean
  >,
  limits: {
    payloadBytes: 4 * 1024 * 1024,
    instanceIdBytes: 1024,
    historyEvents: 50_000,
    openTasks: 10_000,
    inboxEvents: 10_000,
    timerGranularityMs: 1,
    listLagMs: 0,
    purgeLagMs: 0,
    recoveryMs: 0,
  },
  deviations: [{ id: 'volatile', reason: 'Keeps everything in memory: a restart forgets all instances.' }],
};

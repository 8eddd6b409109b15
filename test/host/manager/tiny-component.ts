import {
  WorkflowError,
  capabilityNames,
  type CapabilityName,
  type ComponentContext,
  type ComponentFactory,
  type ComponentHealth,
  type ComponentSpec,
  type WorkflowComponent,
} from '../../../core/index.js';

/** What a tiny component does when it is opened and closed; it serves nothing. */
export interface TinyBehaviour {
  readonly create?: (spec: ComponentSpec, context: ComponentContext) => void;
  readonly init?: (signal: AbortSignal, spec: ComponentSpec) => Promise<void>;
  readonly health?: () => ComponentHealth;
  readonly close?: () => Promise<void>;
}

/** A factory of components that write down what happens to them: `a:init`, `a:close`. */
export function tinyFactory(type: string, log: string[], behaviour: TinyBehaviour = {}): ComponentFactory {
  return {
    type,
    version: 'v1',
    configSchema: { type: 'object' },
    create: (spec, context) => {
      behaviour.create?.(spec, context);
      return tinyComponent(type, spec, log, behaviour);
    },
  };
}

function tinyComponent(type: string, spec: ComponentSpec, log: string[], behaviour: TinyBehaviour): WorkflowComponent {
  const refuse = async (): Promise<never> => {
    throw new WorkflowError('ERR_INSTANCE_NOT_FOUND', { instanceId: spec.name });
  };
  return {
    manifest: {
      type,
      version: 'v1',
      description: 'serves nothing',
      capabilities: Object.fromEntries(capabilityNames.map((name) => [name, false])) as Record<CapabilityName, boolean>,
      limits: {
        payloadBytes: 1,
        instanceIdBytes: 1,
        historyEvents: 1,
        openTasks: 1,
        inboxEvents: 1,
        timerGranularityMs: 1,
        listLagMs: 0,
        purgeLagMs: 0,
        recoveryMs: 0,
      },
      deviations: [],
    },
    optional: {},
    init: async (signal) => {
      log.push(`${spec.name}:init`);
      await behaviour.init?.(signal, spec);
    },
    health: () => behaviour.health?.() ?? { ready: true },
    start: async () => ({ instanceId: spec.name }),
    get: refuse,
    raiseEvent: refuse,
    suspend: refuse,
    resume: refuse,
    terminate: refuse,
    purge: refuse,
    close: async () => {
      log.push(`${spec.name}:close`);
      await behaviour.close?.();
    },
  };
}

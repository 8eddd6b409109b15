import { Container } from 'inversify';
import type { DoorParts } from '../door.js';
import type { WorkflowService } from '../service/workflow-service.js';
import { componentsModule, doorsModule, foundationModule, serviceModule, type Foundation } from './modules.js';
import { tokens } from './tokens.js';

/** The wired host. */
export interface Wiring {
  readonly service: WorkflowService;
  readonly doorParts: Omit<DoorParts, 'host' | 'port'>;
  /** Lets go of everything that was bound. */
  dispose(): void;
}

/**
 * Binds what was made and resolves what the doors need. Components are bound as the plain objects their factories
 * returned: they, and plug-ins, know no container.
 */
export function wire(foundation: Foundation): Wiring {
  const container = new Container({ defaultScope: 'Singleton' });
  container.load(foundationModule(foundation), componentsModule(foundation), serviceModule, doorsModule);
  return {
    service: container.get(tokens.service),
    doorParts: container.get(tokens.doorParts),
    dispose: () => container.unbindAll(),
  };
}

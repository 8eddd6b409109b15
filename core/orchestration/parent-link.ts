import type { ParentLink } from './history-event.js';
import type { State } from './state.js';

/** How a child finds its way back to the call that made it. */
export function parentLink(state: State, taskId: number, startedHere?: State['started']): ParentLink {
  const started = state.started ?? startedHere;
  return {
    instanceId: state.instanceId,
    name: started?.name ?? '',
    taskId,
    ...(started ? { executionId: started.executionId } : {}),
    ...(started?.version === undefined ? {} : { version: started.version }),
  };
}

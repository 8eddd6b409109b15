import type { ManagementDoor } from '../../../conformance/index.js';

/** A door that leads to whatever is alive at the moment. */
export function switchingDoor(current: () => ManagementDoor): ManagementDoor {
  const { name, operations } = current();
  return {
    name,
    operations,
    start: (call) => current().start(call),
    get: (instanceId) => current().get(instanceId),
    raise: (instanceId, eventName, data) => current().raise(instanceId, eventName, data),
    suspend: (instanceId, reason) => current().suspend(instanceId, reason),
    resume: (instanceId, reason) => current().resume(instanceId, reason),
    terminate: (instanceId, options) => current().terminate(instanceId, options),
    purge: (instanceId, options) => current().purge(instanceId, options),
    purgeByFilter: (statuses) => current().purgeByFilter(statuses),
    list: (query) => current().list(query),
    history: (instanceId) => current().history(instanceId),
    rerun: (call) => current().rerun(call),
    waitForEnd: (instanceId, signal) => current().waitForEnd(instanceId, signal),
    close: () => current().close(),
  };
}

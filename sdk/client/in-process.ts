import type { HistoryResponse, WorkflowInstance, WaitRequest } from '../../core/index.js';
import type { ManagementPort, StartCall } from './management-port.js';

/** The host's service, as far as a client needs it. Its first argument names a component; `undefined` is the default. */
export type ManagementService = {
  [Name in Exclude<keyof ManagementPort, 'start' | 'get' | 'wait' | 'history'>]: (
    component: string | undefined,
    request: Parameters<ManagementPort[Name]>[0],
  ) => ReturnType<ManagementPort[Name]>;
} & {
  start(component: string | undefined, call: StartCall, idRule: 'taskhub'): ReturnType<ManagementPort['start']>;
  get(component: string | undefined, instanceId: string): Promise<WorkflowInstance>;
  wait(component: string | undefined, request: WaitRequest, signal: AbortSignal): Promise<WorkflowInstance>;
  history(component: string | undefined, instanceId: string): Promise<HistoryResponse>;
};

/** Calls a host in this process, without a wire. Ids may be anything a component can keep. */
export function inProcess(service: ManagementService, component?: string): ManagementPort {
  return {
    start: (call) => service.start(component, call, 'taskhub'),
    get: (instanceId) => service.get(component, instanceId),
    wait: (request, signal) => service.wait(component, request, signal),
    list: (request) => service.list(component, request),
    history: async (instanceId) => (await service.history(component, instanceId)).events,
    raiseEvent: (request) => service.raiseEvent(component, request),
    suspend: (request) => service.suspend(component, request),
    resume: (request) => service.resume(component, request),
    terminate: (request) => service.terminate(component, request),
    purge: (request) => service.purge(component, request),
    purgeByFilter: (filter) => service.purgeByFilter(component, filter),
    rerun: (request) => service.rerun(component, request),
  };
}

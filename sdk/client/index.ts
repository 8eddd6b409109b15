import { overHttp, type HttpOptions } from './http.js';
import { WorkflowClient } from './workflow-client.js';

export { WorkflowFailed, WorkflowTerminated } from './errors.js';
export { overHttp, type HttpOptions } from './http.js';
export { inProcess, type ManagementService } from './in-process.js';
export type { ManagementPort, StartCall } from './management-port.js';
export { WorkflowClient, type StartOptions } from './workflow-client.js';
export { WorkflowHandle, type InstanceView, type WaitOptions } from './workflow-handle.js';

/**
 * A client of a host elsewhere.
 *
 * @example
 * const client = createClient({ address: 'http://127.0.0.1:3500' });
 */
export function createClient(options: HttpOptions): WorkflowClient {
  return new WorkflowClient(overHttp(options));
}

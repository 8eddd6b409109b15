import type { RuntimeStatus, WorkflowInstance } from '../../core/instance.js';

/** An instance as Dapr's management API shows it; members that say nothing are absent, as in its JSON. */
export interface DaprState {
  readonly instanceID: string;
  readonly workflowName?: string;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  readonly lastUpdatedAt: string;
  readonly runtimeStatus: RuntimeStatus;
  readonly properties?: Readonly<Record<string, string>>;
}

/** Dapr knows nothing but the status of an instance whose first turn is still to come; its times are Go's zero time. */
export const daprZeroTimeMs = -62_135_596_800_000;

export function isUnseen(instance: WorkflowInstance): boolean {
  return instance.status === 'PENDING';
}

/** The JSON body of a GET, ready to be serialised. */
export function daprState(instance: WorkflowInstance): DaprState {
  const { instanceId: instanceID, status: runtimeStatus } = instance;
  if (isUnseen(instance)) {
    const never = daprTimestamp(daprZeroTimeMs);
    return { instanceID, createdAt: never, lastUpdatedAt: never, runtimeStatus };
  }
  const properties = daprProperties(instance);
  return {
    instanceID,
    workflowName: instance.workflowName,
    createdAt: daprTimestamp(instance.createdAtMs),
    lastUpdatedAt: daprTimestamp(instance.lastUpdatedAtMs),
    runtimeStatus,
    ...(Object.keys(properties).length > 0 ? { properties } : {}),
  };
}

/** The property map: payloads as text, verbatim, and how the instance failed. Empty while PENDING. */
export function daprProperties(instance: WorkflowInstance): Record<string, string> {
  const properties: Record<string, string> = {};
  if (isUnseen(instance)) return properties;
  const { input, output, customStatus, failure } = instance;
  if (input !== undefined) properties['dapr.workflow.input'] = input;
  if (output !== undefined && !failure) properties['dapr.workflow.output'] = output;
  if (customStatus) properties['dapr.workflow.custom_status'] = customStatus;
  if (failure) {
    properties['dapr.workflow.failure.error_type'] = failure.errorType;
    properties['dapr.workflow.failure.error_message'] = failure.errorMessage;
    if (failure.stackTrace) properties['dapr.workflow.failure.stack_trace'] = failure.stackTrace;
  }
  return properties;
}

/** RFC 3339 in UTC; a fraction only where there is one. */
export function daprTimestamp(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

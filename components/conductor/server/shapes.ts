/** What is read of the server's answers: everything may be absent, nothing else is relied on. */

export interface ServerTask {
  readonly taskId: string;
  readonly workflowInstanceId: string;
  readonly referenceTaskName: string;
  readonly taskType: string;
  readonly taskDefName: string;
  readonly status: TaskStatus;
  readonly iteration?: number;
  readonly inputData?: Readonly<Record<string, unknown>>;
  readonly outputData?: Readonly<Record<string, unknown>>;
  readonly correlationId?: string;
  readonly pollCount?: number;
  readonly callbackAfterSeconds?: number;
  readonly endTime?: number;
  readonly scheduledTime?: number;
}

export type TaskStatus =
  | 'SCHEDULED'
  | 'IN_PROGRESS'
  | 'COMPLETED'
  | 'COMPLETED_WITH_ERRORS'
  | 'FAILED'
  | 'FAILED_WITH_TERMINAL_ERROR'
  | 'CANCELED'
  | 'TIMED_OUT'
  | 'SKIPPED';

/** Whether the server still expects something of the task. */
export function isOpen({ status }: ServerTask): boolean {
  return status === 'SCHEDULED' || status === 'IN_PROGRESS';
}

export type ExecutionStatus = 'RUNNING' | 'PAUSED' | 'COMPLETED' | 'FAILED' | 'TIMED_OUT' | 'TERMINATED';

export interface ServerExecution {
  readonly workflowId: string;
  readonly correlationId?: string;
  readonly status: ExecutionStatus;
  readonly createTime?: number;
  readonly startTime?: number;
  readonly endTime?: number;
  readonly reasonForIncompletion?: string;
  readonly input?: Readonly<Record<string, unknown>>;
  readonly tasks?: readonly ServerTask[];
}

export function hasEnded({ status }: ServerExecution): boolean {
  return status !== 'RUNNING' && status !== 'PAUSED';
}

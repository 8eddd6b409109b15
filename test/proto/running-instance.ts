import type { WorkflowInstance } from '../../core/instance.js';

export const createdAtMs = Date.UTC(2026, 10, 24, 8, 0, 0, 120);

export const running: WorkflowInstance = {
  instanceId: 'i',
  executionId: 'e',
  generation: 0,
  workflowName: 'Order',
  status: 'RUNNING',
  createdAtMs,
  lastUpdatedAtMs: createdAtMs + 880,
  startedAtMs: createdAtMs + 5,
  input: '"in"',
};

/** Upper bounds of histogram buckets, ms: fine where a local engine answers, coarse up to long activities. */
export const bucketBoundsMs = [
  1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 30, 40, 50, 65, 80, 100, 130, 160, 200, 250, 300, 400, 500, 650, 800, 1_000,
  2_000, 5_000, 10_000, 20_000, 50_000, 100_000,
] as const;

/** Metrics by name, for `# HELP`. Names that begin with `dapr_` and their labels are those of Dapr's own dashboards. */
export const metricHelp: Readonly<Record<string, string>> = {
  dapr_runtime_workflow_operation_count: 'Management operations by outcome.',
  dapr_runtime_workflow_operation_latency: 'Time a management operation took, ms.',
  dapr_runtime_workflow_execution_count: 'Executions that ended, and turns that have to be made again, by outcome.',
  dapr_runtime_workflow_execution_latency: 'Time from the start of an execution to its end, ms.',
  dapr_runtime_workflow_scheduling_latency: 'Time from the start of an execution to its first turn, ms.',
  dapr_runtime_workflow_activity_operation_count: 'Activities handed out, by outcome.',
  dapr_runtime_workflow_activity_operation_latency: 'Time from handing an activity out to its result, ms.',
  dapr_runtime_workflow_activity_execution_count: 'Activities by outcome.',
  dapr_runtime_workflow_activity_execution_latency: 'Time an activity ran, ms.',
  wfhost_facts_dropped_total: 'Facts that had no effect any more, by reason.',
  wfhost_turn_latency: 'Time a worker had a turn, ms.',
  wfhost_workers_connected: 'Workers connected now.',
  wfhost_items_in_flight: 'Work items in the hands of workers now.',
  wfhost_component_ready: '1 while the component can serve.',
};

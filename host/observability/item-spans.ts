import type { Attributes, Span, Tracer } from '@opentelemetry/api';
import type { ActivityItem, TurnItem } from '../../core/index.js';
import type { TraceContext } from '../../core/orchestration/index.js';
import type { ItemWatch } from '../workers/worker-pool.js';
import { contextFor, traceContextOf, type TraceApi } from './trace-context.js';

/** Executions whose trace is remembered between turns. Above it the oldest are read from their history again. */
const maxRemembered = 50_000;

/** A span per turn and per activity. An activity goes out with its own span as its trace, so that what it does nests. */
export function itemSpans(api: TraceApi, tracer: Tracer): ItemWatch {
  const traces = new Map<string, TraceContext | undefined>();
  const open = (name: string, parent: TraceContext | undefined, attributes: Attributes): Span =>
    tracer.startSpan(name, { kind: api.SpanKind.INTERNAL, attributes }, contextFor(api, parent, api.ROOT_CONTEXT));
  const close = (span: Span, failure: string | undefined): void => {
    if (failure !== undefined) span.setStatus({ code: api.SpanStatusCode.ERROR, message: failure });
    span.end();
  };

  const traceOf = (item: TurnItem): TraceContext | undefined => {
    if (traces.has(item.executionId)) return traces.get(item.executionId);
    const trace = startTrace(item);
    traces.set(item.executionId, trace);
    const [oldest] = traces.keys();
    if (traces.size > maxRemembered && oldest !== undefined) traces.delete(oldest);
    return trace;
  };

  return {
    turn: (item) => {
      const span = open(`orchestration||${item.workflowName}`, traceOf(item), turnAttributes(item));
      return {
        item,
        settled: (outcome) => {
          const completion =
            outcome.kind === 'answered'
              ? outcome.response.actions.find((action) => action.kind === 'completeWorkflow')
              : undefined;
          if (completion) {
            traces.delete(item.executionId);
            span.setAttribute('durabletask.runtime_status', completion.status);
          }
          const failure = completion?.status === 'FAILED' ? (completion.failure?.errorMessage ?? 'failed') : undefined;
          close(span, outcome.kind === 'answered' ? failure : outcome.kind);
        },
      };
    },
    activity: (item) => {
      const span = open(`activity||${item.name}`, item.trace, activityAttributes(item));
      const trace = traceContextOf(api, span);
      return {
        item: trace ? withTrace(item, trace) : item,
        settled: (outcome) => {
          if (outcome.kind === 'completed') return close(span, undefined);
          return close(span, outcome.kind === 'failed' ? outcome.failure.errorMessage : outcome.reason);
        },
      };
    },
  };
}

/** The start is among the new events of a first turn, else the head of the history says it. */
function startTrace(item: TurnItem): TraceContext | undefined {
  const isStart = ({ kind }: { readonly kind: string }): boolean => kind === 'executionStarted';
  const start = item.newEvents.find(isStart) ?? item.past(0).find(isStart);
  return start?.kind === 'executionStarted' ? start.trace : undefined;
}

function turnAttributes(item: TurnItem): Attributes {
  return {
    'durabletask.type': 'orchestration',
    'durabletask.task.name': item.workflowName,
    'durabletask.task.instance_id': item.instanceId,
    'workflow.component': item.component,
  };
}

function activityAttributes(item: ActivityItem): Attributes {
  return {
    'durabletask.type': 'activity',
    'durabletask.task.name': item.name,
    'durabletask.task.instance_id': item.instanceId,
    'durabletask.task.task_id': item.taskId,
    ...(item.version === undefined ? {} : { 'durabletask.task.version': item.version }),
    'workflow.component': item.component,
  };
}

/** A copy by members: an item may be of a class whose private state a spread would leave behind. */
function withTrace(item: ActivityItem, trace: TraceContext): ActivityItem {
  return {
    component: item.component,
    instanceId: item.instanceId,
    executionId: item.executionId,
    generation: item.generation,
    workflowName: item.workflowName,
    taskId: item.taskId,
    name: item.name,
    ...(item.version === undefined ? {} : { version: item.version }),
    ...(item.input === undefined ? {} : { input: item.input }),
    ...(item.taskExecutionId === undefined ? {} : { taskExecutionId: item.taskExecutionId }),
    trace,
    leaseToken: item.leaseToken,
    history: () => item.history(),
  };
}

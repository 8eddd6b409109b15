import type { Context, Span } from '@opentelemetry/api';
import type { TraceContext } from '../../core/orchestration/index.js';

/** The OpenTelemetry API, loaded only when tracing is on. */
export type TraceApi = typeof import('@opentelemetry/api');

const traceParentPattern = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})$/;

/** The W3C fields of a span, to be carried to where the work goes on. Undefined for a span that is not recorded at all. */
export function traceContextOf(api: TraceApi, span: Span): TraceContext | undefined {
  const spanContext = span.spanContext();
  if (!api.isSpanContextValid(spanContext)) return undefined;
  const { traceId, spanId, traceFlags, traceState } = spanContext;
  const carriedState = traceState?.serialize();
  return {
    traceParent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
    ...(carriedState ? { traceState: carriedState } : {}),
  };
}

/** The context to make a child span in; `otherwise` when nothing, or nothing readable, was carried. */
export function contextFor(api: TraceApi, carried: TraceContext | undefined, otherwise: Context): Context {
  const [, traceId, spanId, flags] = traceParentPattern.exec(carried?.traceParent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined || flags === undefined) return otherwise;
  const spanContext = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16),
    isRemote: true,
    ...(carried?.traceState ? { traceState: api.createTraceState(carried.traceState) } : {}),
  };
  return api.isSpanContextValid(spanContext) ? api.trace.setSpanContext(api.ROOT_CONTEXT, spanContext) : otherwise;
}

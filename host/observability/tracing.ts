import type { Attributes } from '@opentelemetry/api';
import type { LogFields } from '../../core/index.js';
import type { TraceContext } from '../../core/orchestration/index.js';
import type { ItemWatch } from '../workers/worker-pool.js';
import { itemSpans } from './item-spans.js';
import { startExporter } from './span-exporter.js';
import { contextFor, traceContextOf, type TraceApi } from './trace-context.js';

/** Spans around operations and items. */
export interface Tracing {
  readonly watch: ItemWatch;
  /**
   * Runs an operation within a span, as a child of `carried` (else of the span that is active in this program). `run`
   * gets the trace to hand on.
   */
  operation<T>(
    name: string,
    attributes: Attributes,
    carried: TraceContext | undefined,
    run: (trace: TraceContext | undefined) => Promise<T>,
  ): Promise<T>;
  /** `traceId` and `spanId` of the active span, for log lines. */
  logFields(): LogFields;
  /** Sends what is not sent yet. */
  close(): Promise<void>;
}

export interface TracingOptions {
  /** OTLP over HTTP; absent: spans go to the provider that this program has registered, if any. */
  readonly endpoint?: string;
  readonly serviceName: string;
  readonly version: string;
}

/** Where every copy of the API keeps what was registered with any of them. */
const apiGlobal = Symbol.for('opentelemetry.js.api.1');

/**
 * Undefined when nobody would get a span: no endpoint is set and the program has registered no provider. Then not even
 * the API is loaded. Throws `ERR_PACKAGE_MISSING` when an endpoint is set and the SDK is not installed.
 */
export async function createTracing(options: TracingOptions): Promise<Tracing | undefined> {
  if (options.endpoint === undefined && !(apiGlobal in globalThis)) return undefined;
  const api = await import('@opentelemetry/api');
  const stopExporter =
    options.endpoint === undefined ? async () => {} : await startExporter(options.endpoint, options.serviceName);
  return tracingWith(api, options.version, stopExporter);
}

function tracingWith(api: TraceApi, version: string, close: () => Promise<void>): Tracing {
  const tracer = api.trace.getTracer('wfhost', version);
  return {
    watch: itemSpans(api, tracer),
    operation: async (name, attributes, carried, run) => {
      const parent = contextFor(api, carried, api.context.active());
      const span = tracer.startSpan(name, { kind: api.SpanKind.SERVER, attributes }, parent);
      try {
        return await api.context.with(api.trace.setSpan(parent, span), () => run(traceContextOf(api, span) ?? carried));
      } catch (error) {
        span.setStatus({
          code: api.SpanStatusCode.ERROR,
          message: error instanceof Error ? error.message : String(error),
        });
        throw error;
      } finally {
        span.end();
      }
    },
    logFields: () => {
      const active = api.trace.getActiveSpan()?.spanContext();
      return active && api.isSpanContextValid(active) ? { traceId: active.traceId, spanId: active.spanId } : {};
    },
    close,
  };
}

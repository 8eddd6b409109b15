import {
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
  type SpanOptions,
  type Tracer,
  type TracerProvider,
} from '@opentelemetry/api';

export interface RecordedSpan {
  readonly name: string;
  readonly context: SpanContext;
  readonly parentSpanId: string | undefined;
  readonly attributes: Attributes;
  failure: string | undefined;
  ended: boolean;
}

/** A tracer that keeps every span, with ids that count up. */
export function recordingProvider(): { readonly provider: TracerProvider; readonly spans: RecordedSpan[] } {
  const spans: RecordedSpan[] = [];
  const startSpan = (name: string, options?: SpanOptions, parentContext?: Context): Span => {
    const parent = parentContext && trace.getSpanContext(parentContext);
    const spanId = (spans.length + 1).toString(16).padStart(16, '0');
    const traceId = parent?.traceId ?? (spans.length + 1).toString(16).padStart(32, '0');
    const span: RecordedSpan = {
      name,
      context: { traceId, spanId, traceFlags: 1, ...(parent?.traceState ? { traceState: parent.traceState } : {}) },
      parentSpanId: parent?.spanId,
      attributes: { ...options?.attributes },
      failure: undefined,
      ended: false,
    };
    spans.push(span);
    return asSpan(span);
  };
  const tracer: Tracer = {
    startSpan,
    startActiveSpan: () => {
      throw new Error('not used');
    },
  };
  return { provider: { getTracer: () => tracer }, spans };
}

function asSpan(recorded: RecordedSpan): Span {
  const span: Span = {
    spanContext: () => recorded.context,
    setAttribute: (name, value) => {
      recorded.attributes[name] = value;
      return span;
    },
    setAttributes: () => span,
    addEvent: () => span,
    addLink: () => span,
    addLinks: () => span,
    setStatus: ({ code, message }) => {
      if (code === SpanStatusCode.ERROR) recorded.failure = message ?? '';
      return span;
    },
    updateName: () => span,
    end: () => {
      recorded.ended = true;
    },
    isRecording: () => true,
    recordException: () => {},
  };
  return span;
}

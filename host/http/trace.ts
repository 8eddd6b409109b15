import type { IncomingHttpHeaders } from 'node:http';
import type { TraceContext } from '../../core/orchestration/index.js';

const traceParent = /^[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/;

/** The caller's W3C trace context; a malformed one is dropped, as that standard asks for. */
export function traceOf(headers: IncomingHttpHeaders): TraceContext | undefined {
  const parent = headers['traceparent'];
  if (typeof parent !== 'string' || !traceParent.test(parent)) return undefined;
  const state = headers['tracestate'];
  return typeof state === 'string' && state !== ''
    ? { traceParent: parent, traceState: state }
    : { traceParent: parent };
}

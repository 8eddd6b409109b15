import type { WorkflowError } from '../../core/index.js';
import type { Answer } from './answer.js';

const retryAfterSeconds = '1';

/** An error as our own routes show it: RFC 9457. */
function problem(error: WorkflowError): Answer {
  const { code, row, params, message } = error;
  return {
    status: row.http,
    contentType: 'application/problem+json',
    headers: retryHeaders(row.http),
    body: JSON.stringify({
      type: `urn:wfhost:error:${code}`,
      title: row.meaning,
      status: row.http,
      detail: message,
      errorCode: code,
      params,
      remedy: row.remedy,
      retriable: row.retriable,
    }),
  };
}

/** An error in the shape of Dapr's API. */
export function daprProblem(status: number, errorCode: string, message: string): Answer {
  return { status, headers: retryHeaders(status), body: JSON.stringify({ errorCode, message }) };
}

/** An error outside any of Dapr's operations, in the shape that callers of the path expect. */
export function errorAnswer(error: WorkflowError, path: string): Answer {
  const { code, row, message } = error;
  if (path.startsWith('/v1/')) return problem(error);
  if (code === 'ERR_UNAUTHENTICATED')
    return { status: row.http, contentType: 'text/plain; charset=utf-8', body: `${message}\n` };
  // Dapr takes a path it does not know for a call of another application, and clients know it by this tag.
  if (code === 'ERR_NOT_FOUND') return daprProblem(row.http, 'ERR_DIRECT_INVOKE', message);
  const tag = row.dapr && row.dapr.tag !== 'operation' ? row.dapr.tag : code;
  return daprProblem(row.dapr?.http ?? row.http, tag, message);
}

function retryHeaders(status: number): Record<string, string> {
  return status === 429 || status === 503 ? { 'Retry-After': retryAfterSeconds } : {};
}

import type { WorkflowError } from '../../core/index.js';
import type { Answer } from './answer.js';

const retryAfterSeconds = '1';

/** An error as our own routes show it: RFC 9457. */
export function problem(error: WorkflowError): Answer {
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

/** An error outside any operation, on a path that is not ours: the tag of the row, where it has one of its own. */
export function plainProblem(error: WorkflowError): Answer {
  const { code, row, message } = error;
  const tag = row.dapr && row.dapr.tag !== 'operation' ? row.dapr.tag : code;
  return daprProblem(row.dapr?.http ?? row.http, tag, message);
}

function retryHeaders(status: number): Record<string, string> {
  return status === 429 || status === 503 ? { 'Retry-After': retryAfterSeconds } : {};
}

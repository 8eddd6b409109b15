import type { Op } from './program.js';
import { nothingYet } from './program.js';

/**
 * How a call ended, as far as its caller can know. `refused`: the host said no, nothing happened. `unknown`: no answer
 * came, it may have happened.
 */
export type Outcome = 'acknowledged' | 'refused' | 'unknown';

export interface Answer {
  readonly outcome: Outcome;
  /** HTTP status; 0 without an answer. */
  readonly status: number;
  readonly body: unknown;
}

/** What `get` and `list` show, as far as the harness looks at it. */
export interface Shown {
  readonly instanceId: string;
  readonly status: string;
  readonly outputText?: string;
  readonly failure?: { readonly errorType: string; readonly errorMessage: string };
}

/** The calls that change an instance and exist at every door. */
export interface ChangeApi {
  start(instanceId: string, ops: readonly Op[]): Promise<Answer>;
  raise(instanceId: string, data: number): Promise<Answer>;
  control(instanceId: string, operation: 'suspend' | 'resume' | 'terminate'): Promise<Answer>;
}

const callTimeoutMs = 30_000;

/** The management API over HTTP, with every outcome told apart. Connections are kept alive until the host dies. */
export class Api implements ChangeApi {
  readonly #base: string;

  constructor(port: number) {
    this.#base = `http://127.0.0.1:${port}/v1/components/default`;
  }

  start(instanceId: string, ops: readonly Op[]): Promise<Answer> {
    const input = { ops, progress: nothingYet };
    return this.#call('POST', '/instances', { workflowName: 'program', instanceId, enforceUniqueId: true, input });
  }

  raise(instanceId: string, data: number): Promise<Answer> {
    return this.#call('POST', `/instances/${instanceId}/events/numbered`, { data });
  }

  control(instanceId: string, operation: 'suspend' | 'resume' | 'terminate'): Promise<Answer> {
    return this.#call('POST', `/instances/${instanceId}/${operation}`, {});
  }

  purge(instanceId: string): Promise<Answer> {
    return this.#call('DELETE', `/instances/${instanceId}`);
  }

  get(instanceId: string): Promise<Answer> {
    return this.#call('GET', `/instances/${encodeURIComponent(instanceId)}?payloads=text`);
  }

  history(instanceId: string): Promise<Answer> {
    return this.#call('GET', `/instances/${encodeURIComponent(instanceId)}/history?payloads=text`);
  }

  list(continuationToken?: string): Promise<Answer> {
    const token = continuationToken === undefined ? '' : `&continuationToken=${encodeURIComponent(continuationToken)}`;
    return this.#call('GET', `/instances?pageSize=500${token}`);
  }

  async #call(method: string, path: string, body?: object): Promise<Answer> {
    try {
      const response = await fetch(this.#base + path, {
        method,
        signal: AbortSignal.timeout(callTimeoutMs),
        ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
      });
      const text = await response.text();
      const { status } = response;
      const outcome = response.ok ? 'acknowledged' : status >= 500 ? 'unknown' : 'refused';
      return { outcome, status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
    } catch {
      // Refused, reset, cut off in the middle of the body: the same to a caller.
      return { outcome: 'unknown', status: 0, body: undefined };
    }
  }
}

import { WorkflowError } from '../../../core/index.js';

/** Headers that say who is asking, fresh for every request. */
export type Authorize = () => Promise<Readonly<Record<string, string>>>;

export interface RestOptions {
  /** Without `/api`. */
  readonly serverUrl: string;
  readonly requestTimeoutMs: number;
  readonly authorize: Authorize;
}

/** Requests on their way at the same time. */
const atOnce = 16;

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/**
 * The server's REST interface with real status codes, and without repeats: whether a request may be sent again is for
 * whoever knows what it does.
 */
export class Rest {
  readonly #options: RestOptions;
  readonly #closing = new AbortController();
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  #failure: string | undefined;

  constructor(options: RestOptions) {
    this.#options = options;
  }

  /** Why the last request got no usable answer; undefined when it got one. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Ends what is under way. */
  close(): void {
    this.#closing.abort();
  }

  /** The parsed answer, or undefined for 404 and an empty body. Throws `ERR_STORE_UNAVAILABLE`, `ERR_CONFIG_INVALID`, `ERR_INTERNAL`. */
  async json(method: Method, path: string, body?: unknown): Promise<unknown> {
    const answer = await this.text(method, path, body);
    if (answer === undefined || answer === '') return undefined;
    try {
      return JSON.parse(answer);
    } catch (cause) {
      throw this.#unavailable(`${this.#options.serverUrl} did not answer as a Conductor server does`, cause);
    }
  }

  /** The text of the answer; undefined for 404. Same errors. */
  async text(method: Method, path: string, body?: unknown): Promise<string | undefined> {
    const { status, body: text } = await this.send(method, path, body);
    if (status === 404) return undefined;
    if (status < 300) return text;
    throw new WorkflowError('ERR_INTERNAL', {
      reason: `Conductor answered ${status} to ${method} ${path}: ${messageIn(text)}`,
    });
  }

  /** Whatever the server answers, but for what says that it cannot serve us at all. */
  async send(method: Method, path: string, body?: unknown): Promise<Answer> {
    const answer = await this.#fetch(method, path, body);
    const { status } = answer;
    if (status === 401 || status === 403) {
      this.#failure = `the server refuses the key (${status})`;
      throw new WorkflowError('ERR_CONFIG_INVALID', { reason: `Conductor refused the key and secret (${status})` });
    }
    if (status === 429 || status === 502 || status === 503 || status === 504) {
      throw this.#unavailable(`Conductor answered ${status}`);
    }
    if (status === 404 && !isOurs(answer.body)) {
      throw this.#unavailable(`${this.#options.serverUrl} did not answer as a Conductor server does`);
    }
    this.#failure = undefined;
    return answer;
  }

  /** The server is the bottleneck, and slower the more it is asked at once: the others wait here. */
  async #fetch(method: Method, path: string, body: unknown): Promise<Answer> {
    if (this.#running >= atOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running += 1;
    try {
      return await this.#exchange(method, path, body);
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }

  async #exchange(method: Method, path: string, body: unknown): Promise<Answer> {
    const { serverUrl, requestTimeoutMs, authorize } = this.#options;
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(requestTimeoutMs)]);
    try {
      const response = await fetch(`${serverUrl}/api${path}`, {
        method,
        signal,
        headers: { ...(await authorize()), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: await response.text() };
    } catch (cause) {
      if (this.#closing.signal.aborted) throw new WorkflowError('ERR_SHUTTING_DOWN', {}, { cause });
      throw this.#unavailable(`no answer from ${serverUrl}`, cause);
    }
  }

  #unavailable(reason: string, cause?: unknown): WorkflowError {
    this.#failure = reason;
    return new WorkflowError('ERR_STORE_UNAVAILABLE', { reason }, cause === undefined ? {} : { cause });
  }
}

/** The server's own 404 has a JSON body, or none; a proxy's is a page. */
function isOurs(body: string): boolean {
  return body === '' || body.trimStart().startsWith('{');
}

function messageIn(text: string): string {
  const message = /"message"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  return (message ?? text).slice(0, 300);
}

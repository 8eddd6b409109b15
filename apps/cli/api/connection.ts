import { CliFailure } from '../failure.js';
import type { ExitName } from '../exit-codes.js';
import type { serverFlags } from '../table/flags.js';
import type { FlagValues } from '../table/spec.js';
import type { Terminal } from '../terminal.js';
import { exchange, type Incoming } from './exchange.js';
import type { Problem } from './shapes.js';

export type ServerFlags = FlagValues<typeof serverFlags>;

export interface CallOptions {
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  /** JSON text. */
  readonly body?: string;
  /** More time than other calls get: a long poll. */
  readonly extraMs?: number;
}

/** One server, as the flags and the environment name it. */
export class Connection {
  readonly server: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #timeoutMs: number;
  readonly #interrupted: AbortSignal;

  constructor(flags: ServerFlags, terminal: Terminal) {
    this.server = serverAddress(flags.server, terminal.env['DAPR_HTTP_PORT']);
    this.#headers = flags.token === undefined ? {} : { 'dapr-api-token': flags.token };
    this.#timeoutMs = flags['request-timeout'];
    this.#interrupted = terminal.interrupted;
  }

  /** Calls a route and reads its JSON answer; `undefined` for an answer without a body. Throws `CliFailure`s. */
  async call<T>(method: 'GET' | 'POST' | 'DELETE', path: string, options: CallOptions = {}): Promise<T> {
    const url = new URL(path, this.server);
    for (const [name, value] of Object.entries(options.query ?? {})) {
      for (const one of Array.isArray(value) ? value : [value])
        if (one !== undefined) url.searchParams.append(name, String(one));
    }
    const { status, text } = await this.#exchange(method, url, options);
    if (status >= 300) throw failureOf(status, text, url);
    if (text === '') return undefined as T;
    return parseAnswer(text, url) as T;
  }

  async #exchange(method: string, url: URL, { body, extraMs = 0 }: CallOptions): Promise<Incoming> {
    const timeoutMs = this.#timeoutMs + extraMs;
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([timeout, this.#interrupted]);
    const headers = { ...this.#headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) };
    try {
      return await exchange({ method, url, headers, body, signal });
    } catch (error) {
      const why = timeout.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(error);
      throw new CliFailure('unreachable', `cannot reach ${url.origin}: ${why}`, {
        remedy: 'Start a host with "wfhost run", or name another one with --server or WFHOST_SERVER.',
        cause: error,
      });
    }
  }
}

function serverAddress(given: string | undefined, daprPort: string | undefined): string {
  if (given === undefined) return `http://127.0.0.1:${daprPort || '3500'}`;
  const url = /^https?:\/\//.test(given) ? given : `http://${given}`;
  if (URL.canParse(url)) return url;
  throw new CliFailure('usage', `--server: "${given}" is not an address`, {
    remedy: 'Write it like http://127.0.0.1:3500.',
  });
}

/** Where a name has several addresses there are several errors; the first one says enough. */
function reasonOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'for no known reason';
  if ('errors' in error && Array.isArray(error.errors) && error.errors.length > 0) return reasonOf(error.errors[0]);
  return 'message' in error && typeof error.message === 'string' ? error.message : 'for no known reason';
}

function parseAnswer(text: string, url: URL): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CliFailure('unexpected', `${url.origin} answered something that is not JSON`, {
      remedy: 'Is it a wfhost that serves /v1?',
      cause: error,
    });
  }
}

const exitByStatus: Readonly<Record<number, ExitName>> = {
  400: 'usage',
  401: 'auth',
  403: 'auth',
  404: 'notFound',
  408: 'timeout',
  409: 'conflict',
  413: 'usage',
  501: 'unsupported',
  503: 'unreachable',
};

function failureOf(status: number, text: string, url: URL): CliFailure {
  const problem = readProblem(text);
  // A component that does not exist is a bad request to the API; to somebody at a terminal it is not found.
  const exit = problem?.errorCode === 'ERR_COMPONENT_NOT_FOUND' ? 'notFound' : (exitByStatus[status] ?? 'unexpected');
  if (problem)
    return new CliFailure(exit, problem.detail, problem.remedy === undefined ? {} : { remedy: problem.remedy });
  if (status === 401) {
    return new CliFailure('auth', text.trim() || 'the server asks for an API token', {
      remedy: 'Give it with --token, or in WFHOST_TOKEN or DAPR_API_TOKEN.',
    });
  }
  return new CliFailure(exit, `${url.origin} answered ${status} to ${url.pathname}`, {
    remedy: 'Is it a wfhost that serves /v1?',
  });
}

function readProblem(text: string): Problem | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isProblem(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isProblem(value: unknown): value is Problem {
  if (typeof value !== 'object' || value === null) return false;
  return 'errorCode' in value && 'detail' in value && typeof value.detail === 'string';
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WorkflowError } from '../../core/index.js';
import type { Door, DoorParts, StartDoor } from '../door.js';
import { send, type Answer } from './answer.js';
import { readBody } from './body.js';
import { Guard } from './guard.js';
import { matchHot } from './hot-path.js';
import { errorAnswer } from './problem.js';
import type { Call } from './route.js';
import { shownError } from './shown-error.js';

/** Bounds on what a connection may cost before anything of it is trusted. */
const limits = {
  maxHeaderSize: 8 * 1024,
  /** ms for the head, for the whole request, and between two requests. A long poll is a short request. */
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 60_000,
  connectionsCheckingInterval: 2_000,
};
const maxConnections = 1_000;
const maxHeaders = 100;

/** Opens the HTTP door. Throws `ERR_CONFIG_INVALID` when the address cannot be had. */
export const startHttpDoor: StartDoor = async (parts) => {
  const door = new HttpDoor(parts);
  await door.listen();
  return door;
};

class HttpDoor implements Door {
  readonly #parts: DoorParts;
  readonly #guard: Guard;
  readonly #server: Server;
  /** Of calls that may take long. */
  readonly #callers = new Set<AbortController>();
  #app: Promise<RequestListener> | undefined;
  #draining = false;
  #closed: Promise<void> | undefined;

  constructor(parts: DoorParts) {
    this.#parts = parts;
    this.#guard = new Guard(parts);
    this.#server = createServer(limits, (request, response) => this.#serve(request, response));
    this.#server.maxConnections = maxConnections;
    // Node would drop what is over the count, unseen; we count ourselves and refuse.
    this.#server.maxHeadersCount = 0;
  }

  get host(): string {
    return this.#address().address;
  }

  get port(): number {
    return this.#address().port;
  }

  async listen(): Promise<void> {
    const { host, port } = this.#parts;
    this.#server.listen(port, host);
    try {
      await once(this.#server, 'listening');
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      const reason = `the HTTP door cannot listen on ${host}, port ${port}: ${why}`;
      throw new WorkflowError('ERR_CONFIG_INVALID', { reason }, { cause });
    }
  }

  drain(): void {
    this.#draining = true;
    for (const caller of this.#callers) caller.abort(new WorkflowError('ERR_SHUTTING_DOWN'));
    this.#server.closeIdleConnections();
  }

  close(): Promise<void> {
    this.drain();
    this.#closed ??= new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
    return this.#closed;
  }

  #address(): AddressInfo {
    const address = this.#server.address();
    if (address === null || typeof address === 'string')
      return { address: this.#parts.host, port: this.#parts.port, family: '' };
    return address;
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const hot = matchHot(request);
    const isOpen = hot?.route.family === 'plain' && hot.route.open === true;
    const refusal = this.#refusal(request, isOpen);
    if (refusal) {
      this.#parts.metrics.count('wfhost_http_refused_total', { code: refusal.code });
      this.#respond(request, response, {}, async () => errorAnswer(refusal, request.url ?? ''));
      return;
    }
    if (hot) {
      const { route } = hot;
      this.#respond(request, response, hot.params, (call) => route.handle(call));
      return;
    }
    this.#app ??= this.#loadApp();
    this.#app.then(
      (app) => app(request, response),
      (error: unknown) => this.#respond(request, response, {}, () => Promise.reject(error)),
    );
  }

  /** Why a request is not looked at any further. */
  #refusal(request: IncomingMessage, isOpen: boolean): WorkflowError | undefined {
    try {
      if (!request.url?.startsWith('/')) throw malformed('the target is not a path');
      if (request.rawHeaders.length > 2 * maxHeaders) throw malformed(`more than ${maxHeaders} header fields`);
      this.#guard.checkSite(request);
      if (isOpen) return undefined;
      this.#guard.checkToken(request);
      if (this.#draining) throw new WorkflowError('ERR_SHUTTING_DOWN');
      return undefined;
    } catch (error) {
      return WorkflowError.from(error);
    }
  }

  /** Express and the validator take longer to load than the rest of the door: only who needs them waits for them. */
  async #loadApp(): Promise<RequestListener> {
    const { createApp } = await import('./app.js');
    return createApp((request, response, params, answer) => this.#respond(request, response, params, answer));
  }

  #respond(
    request: IncomingMessage,
    response: ServerResponse,
    params: Readonly<Record<string, string>>,
    answer: (call: Call) => Promise<Answer>,
  ): void {
    answer(this.#call(request, response, params)).then(
      (ready) => send(response, ready, this.#draining),
      (error: unknown) => {
        const shown = shownError(error, this.#parts);
        send(response, errorAnswer(shown, request.url ?? ''), this.#draining);
      },
    );
  }

  #call(request: IncomingMessage, response: ServerResponse, params: Readonly<Record<string, string>>): Call {
    const { url = '' } = request;
    const queryAt = url.indexOf('?');
    return {
      parts: this.#parts,
      params,
      query: new URLSearchParams(queryAt < 0 ? '' : url.slice(queryAt + 1)),
      headers: request.headers,
      body: () => readBody(request, this.#parts.maxBodyBytes),
      signal: () => this.#signal(response),
    };
  }

  #signal(response: ServerResponse): AbortSignal {
    const caller = new AbortController();
    this.#callers.add(caller);
    response.once('close', () => {
      this.#callers.delete(caller);
      caller.abort(new WorkflowError('ERR_CANCELLED'));
    });
    if (this.#draining) caller.abort(new WorkflowError('ERR_SHUTTING_DOWN'));
    return caller.signal;
  }
}

function malformed(reason: string): WorkflowError {
  return new WorkflowError('ERR_REQUEST_MALFORMED', { reason });
}

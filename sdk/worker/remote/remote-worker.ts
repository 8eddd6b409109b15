import type { ClientReadableStream } from '@grpc/grpc-js';
import type { Logger } from '../../../core/index.js';
import { decodeWorkItem, type ReceivedActivity, type ReceivedTurn } from '../../../proto/convert/read-work-item.js';
import { LocalWorker, type LocalWorkerOptions } from '../local-worker.js';
import { silentLogger } from '../logger.js';
import { activityItem, ReceivedTurnItem, wholeTurn } from './received-items.js';
import { connect, type RemoteAddress, type TaskHub } from './task-hub.js';

export interface RemoteWorkerOptions extends RemoteAddress, Omit<LocalWorkerOptions, 'unregistered'> {}

/** A worker in a process of its own, connected to a host. */
export interface RemoteWorker {
  /** Resolves once the host has the worker; at once if it has. Rejects when the worker is closed before. */
  connected(): Promise<void>;
  /** Goes away at once. What it holds is handed out again by the host. Idempotent. */
  close(): void;
}

const firstDelayMs = 100;
const maxDelayMs = 15_000;

/** Statuses of gRPC that say: this answer will never be taken. */
const refusals: ReadonlySet<number> = new Set([3 /* INVALID_ARGUMENT */, 8 /* RESOURCE_EXHAUSTED */]);

/**
 * Serves workflows and activities to a host elsewhere, over its worker stream. Connects, and connects again, in the
 * background. Work it has not registered fails with `WorkflowNotRegistered` or `ActivityNotRegistered`.
 *
 * @example
 * const worker = await createWorker({ address: '127.0.0.1:50001', workflows: [greet], activities: [hello] });
 */
export async function createWorker(options: RemoteWorkerOptions): Promise<RemoteWorker> {
  const hub = await connect(options);
  const worker = new LocalWorker({ ...options, unregistered: 'fail' });
  const session = new Session(hub, worker, options.logger ?? silentLogger);
  session.open();
  return session;
}

/** Keeps one stream open: a broken one is replaced after a pause that grows as long as nothing comes of it. */
class Session implements RemoteWorker {
  readonly #hub: TaskHub;
  readonly #worker: LocalWorker;
  readonly #logger: Logger;
  readonly #waiting = new Set<{ resolve: () => void; reject: (error: Error) => void }>();
  #stream: ClientReadableStream<Uint8Array> | undefined;
  #isConnected = false;
  #isClosed = false;
  #delayMs = firstDelayMs;
  #retry: NodeJS.Timeout | undefined;

  constructor(hub: TaskHub, worker: LocalWorker, logger: Logger) {
    this.#hub = hub;
    this.#worker = worker;
    this.#logger = logger;
  }

  open(): void {
    const stream = this.#hub.workItems();
    this.#stream = stream;
    stream.on('metadata', () => this.#connected());
    stream.on('data', (bytes: Uint8Array) => this.#take(stream, bytes));
    stream.on('error', (error) => this.#ended(stream, error.message));
    stream.on('end', () => this.#ended(stream, 'the host has ended the stream'));
  }

  connected(): Promise<void> {
    if (this.#isConnected) return Promise.resolve();
    if (this.#isClosed) return Promise.reject(new Error('the worker is closed'));
    return new Promise((resolve, reject) => this.#waiting.add({ resolve, reject }));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#isConnected = false;
    clearTimeout(this.#retry);
    this.#stream?.cancel();
    this.#hub.close();
    this.#worker.close();
    for (const { reject } of this.#waiting) reject(new Error('the worker was closed'));
    this.#waiting.clear();
  }

  #connected(): void {
    this.#isConnected = true;
    this.#delayMs = firstDelayMs;
    this.#logger.info({}, 'connected to the host');
    for (const { resolve } of this.#waiting) resolve();
    this.#waiting.clear();
  }

  #ended(stream: ClientReadableStream<Uint8Array>, reason: string): void {
    if (stream !== this.#stream || this.#isClosed) return;
    this.#stream = undefined;
    this.#isConnected = false;
    const delayMs = this.#delayMs;
    this.#delayMs = Math.min(delayMs * 2, maxDelayMs);
    this.#logger.warn({ reason, delayMs }, 'not connected to the host; trying again');
    this.#retry = setTimeout(() => this.open(), delayMs);
  }

  /** Gives everything on the stream back: there is no way to give back one item. */
  #drop(stream: ClientReadableStream<Uint8Array>, error: unknown): void {
    if (stream !== this.#stream || this.#isClosed) return;
    this.#logger.error({ err: error }, 'a work item could not be answered; the stream is opened anew');
    stream.cancel();
    this.#ended(stream, 'an item could not be answered');
  }

  #take(stream: ClientReadableStream<Uint8Array>, bytes: Uint8Array): void {
    this.#serve(bytes).catch((error: unknown) => this.#drop(stream, error));
  }

  async #serve(bytes: Uint8Array): Promise<void> {
    const item = decodeWorkItem(bytes);
    if (item.kind === 'turn') await this.#serveTurn(item);
    else if (item.kind === 'activity') await this.#serveActivity(item);
  }

  async #serveTurn(received: ReceivedTurn): Promise<void> {
    const item = new ReceivedTurnItem(received);
    let outcome = await this.#worker.turn(item);
    if (item.lacksHistory) {
      const history = await this.#hub.history(received.instanceId);
      outcome = await this.#worker.turn(new ReceivedTurnItem(wholeTurn(received, history)));
    }
    if (this.#isClosed) return;
    if (outcome.kind !== 'answered') throw new Error(outcome.kind === 'stalled' ? outcome.description : outcome.reason);
    const { instanceId, completionToken } = received;
    await this.#hub.answerTurn({ instanceId, completionToken, response: outcome.response });
  }

  async #serveActivity(received: ReceivedActivity): Promise<void> {
    const { instanceId, taskId, completionToken } = received;
    const outcome = await this.#worker.activity(activityItem(received, () => this.#hub.history(instanceId)));
    if (this.#isClosed || outcome.kind === 'gone') return;
    try {
      await this.#hub.answerActivity({ instanceId, taskId, completionToken, outcome });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const failure = { errorType: 'ResultRefused', errorMessage: error.message, nonRetriable: true };
      await this.#hub.answerActivity({ instanceId, taskId, completionToken, outcome: { kind: 'failed', failure } });
    }
  }
}

function isRefusal(error: unknown): error is Error & { readonly code: number } {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' && refusals.has(error.code);
}

import {
  WorkflowError,
  type ComponentContext,
  type ComponentFactory,
  type ComponentHealth,
  type ComponentManifest,
  type OptionalOperations,
  type WorkflowComponent,
} from '../../core/index.js';
import { configSchema, readConfig, type TemporalConfig } from './config.js';
import { manifest, maxPayloadBytes } from './manifest.js';
import { openRunning, type Running } from './running.js';

export const factory: ComponentFactory = {
  type: 'workflow.temporal',
  version: 'v1',
  configSchema,
  create: (spec, context) => new TemporalComponent(context, readConfig(spec, context)),
};

/** Portable workflows on a Temporal server, as a component. */
class TemporalComponent implements WorkflowComponent {
  readonly manifest: ComponentManifest;
  readonly optional: OptionalOperations;
  readonly #context: ComponentContext;
  readonly #config: TemporalConfig;
  readonly #payloadLimit: number;
  #running: Running | undefined;
  #closed = false;

  constructor(context: ComponentContext, config: TemporalConfig) {
    this.#context = context;
    this.#config = config;
    this.#payloadLimit = Math.min(maxPayloadBytes, context.maxPayloadBytes);
    this.manifest = { ...manifest, limits: { ...manifest.limits, payloadBytes: this.#payloadLimit } };
    this.optional = {
      list: async (request) => this.#opened.list(request),
      history: async (request) => this.#opened.operations.history(request),
      rerun: async (request) => this.#opened.operations.rerun(request),
      wait: async (request, signal) => this.#opened.waits.wait(request, signal),
    };
  }

  async init(signal: AbortSignal): Promise<void> {
    this.#running = await openRunning(this.#context, this.#config, signal);
  }

  health(): ComponentHealth {
    if (!this.#running) return { ready: false, reason: this.#closed ? 'closed' : 'not opened yet' };
    const { trouble } = this.#running;
    return trouble === undefined ? { ready: true } : { ready: false, reason: trouble };
  }

  readonly start: WorkflowComponent['start'] = async (request) => {
    this.#checkSize('input', request.input);
    return this.#opened.operations.start(request);
  };

  readonly raiseEvent: WorkflowComponent['raiseEvent'] = async (request) => {
    this.#checkSize('event data', request.data);
    return this.#opened.operations.raiseEvent(request);
  };

  readonly get: WorkflowComponent['get'] = async (request) => this.#opened.operations.get(request);
  readonly suspend: WorkflowComponent['suspend'] = async (request) => this.#opened.operations.suspend(request);
  readonly resume: WorkflowComponent['resume'] = async (request) => this.#opened.operations.resume(request);
  readonly terminate: WorkflowComponent['terminate'] = async (request) => this.#opened.operations.terminate(request);
  readonly purge: WorkflowComponent['purge'] = async (request) => this.#opened.purge(request);

  #checkSize(what: string, payload: string | undefined): void {
    const limit = this.#payloadLimit;
    // At most three bytes for each of JavaScript's characters: small ones need no counting.
    if (payload === undefined || payload.length * 3 <= limit) return;
    const bytes = Buffer.byteLength(payload);
    if (bytes > limit) throw new WorkflowError('ERR_PAYLOAD_TOO_LARGE', { what, bytes, limit });
  }

  get #opened(): Running {
    if (this.#running) return this.#running;
    if (this.#closed) throw new WorkflowError('ERR_SHUTTING_DOWN');
    throw new WorkflowError('ERR_COMPONENT_NOT_READY', { component: this.#context.name, reason: 'not opened yet' });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const running = this.#running;
    this.#running = undefined;
    await running?.close();
  }
}

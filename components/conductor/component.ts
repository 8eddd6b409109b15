import {
  WorkflowError,
  type ComponentContext,
  type ComponentFactory,
  type ComponentHealth,
  type ComponentManifest,
  type OptionalOperations,
  type WorkflowComponent,
} from '../../core/index.js';
import { configSchema, readConfig, type ConductorConfig } from './config.js';
import { manifestFor } from './manifest.js';
import type { Operations } from './operations.js';
import { open, type Running } from './running.js';

export const factory: ComponentFactory = {
  type: 'workflow.conductor',
  version: 'v1',
  configSchema,
  create: (spec, context) => new ConductorComponent(context, readConfig(spec, context)),
};

/** Between attempts to reach a server that is down at the start, ms. */
const retryMs = 2_000;

/** Workflows on a Conductor server, as a component. */
class ConductorComponent implements WorkflowComponent {
  readonly manifest: ComponentManifest;
  readonly optional: OptionalOperations;
  readonly #context: ComponentContext;
  readonly #config: ConductorConfig;
  #running: Running | undefined;
  #reason = 'not opened yet';
  #cancelRetry: () => void = () => undefined;
  #closed = false;

  constructor(context: ComponentContext, config: ConductorConfig) {
    this.#context = context;
    this.#config = config;
    this.manifest = manifestFor(config.leaseMs, context.maxPayloadBytes);
    this.optional = {
      list: async (request) => this.#operations.list(request),
      history: async (request) => this.#operations.history(request),
      rerun: async (request) => this.#operations.rerun(request),
      purgeByFilter: async (filter) => this.#operations.purgeByFilter(filter),
      wait: async (request, signal) => this.#operations.wait(request, signal),
    };
  }

  /** A server that is only down is waited for in the background. */
  async init(): Promise<void> {
    try {
      const running = await open(this.#context, this.#config);
      if (this.#closed) return await running.close();
      this.#running = running;
    } catch (error) {
      const { code, message } = WorkflowError.from(error);
      if (code !== 'ERR_STORE_UNAVAILABLE') throw error;
      this.#reason = message;
      this.#context.logger.warn(
        { component: this.#context.name, reason: message },
        'the Conductor server is not there; it is tried again',
      );
      this.#retry();
    }
  }

  #retry(): void {
    const { clock, logger, name } = this.#context;
    if (this.#closed) return;
    this.#cancelRetry = clock.at(clock.now() + retryMs, () => {
      this.init().catch((error: unknown) => {
        this.#reason = WorkflowError.from(error).message;
        logger.error({ component: name, err: error }, 'the Conductor server cannot be used');
      });
    });
  }

  health(): ComponentHealth {
    const reason = this.#running ? this.#running.rest.failure : this.#reason;
    return reason === undefined ? { ready: true } : { ready: false, reason };
  }

  readonly start: WorkflowComponent['start'] = async (request) => {
    this.#checkSize('input', request.input);
    return this.#operations.start(request);
  };

  readonly raiseEvent: WorkflowComponent['raiseEvent'] = async (request) => {
    this.#checkSize('event data', request.data);
    return this.#operations.raiseEvent(request);
  };

  readonly get: WorkflowComponent['get'] = async (request) => this.#operations.get(request);
  readonly suspend: WorkflowComponent['suspend'] = async (request) => this.#operations.suspend(request);
  readonly resume: WorkflowComponent['resume'] = async (request) => this.#operations.resume(request);
  readonly terminate: WorkflowComponent['terminate'] = async (request) => this.#operations.terminate(request);
  readonly purge: WorkflowComponent['purge'] = async (request) => this.#operations.purge(request);

  #checkSize(what: string, payload: string | undefined): void {
    const limit = this.manifest.limits.payloadBytes;
    if (payload === undefined || payload.length * 3 <= limit) return;
    const bytes = Buffer.byteLength(payload);
    if (bytes > limit) throw new WorkflowError('ERR_PAYLOAD_TOO_LARGE', { what, bytes, limit });
  }

  get #operations(): Operations {
    if (this.#running) return this.#running.operations;
    if (this.#closed) throw new WorkflowError('ERR_SHUTTING_DOWN');
    throw new WorkflowError('ERR_COMPONENT_NOT_READY', { component: this.#context.name, reason: this.#reason });
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelRetry();
    const running = this.#running;
    this.#running = undefined;
    await running?.close();
  }
}

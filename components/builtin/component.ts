import {
  Waiters,
  WorkflowError,
  type ComponentContext,
  type ComponentFactory,
  type ComponentHealth,
  type ComponentManifest,
  type OptionalOperations,
  type WorkflowComponent,
} from '../../core/index.js';
import { configSchema, readConfig, type BuiltinConfig } from './config.js';
import { Engine } from './engine/engine.js';
import { Operations } from './engine/operations.js';
import { manifestFor } from './manifest.js';
import type { Store } from './store/store.js';

export const factory: ComponentFactory = {
  type: 'workflow.builtin',
  version: 'v1',
  configSchema,
  create: (spec, context) => new BuiltinComponent(context, readConfig(spec, context)),
};

/** Opens a store. Tests bring their own; otherwise SQLite is loaded when the component is opened, not before. */
export type OpenStore = (path: string) => Promise<Store> | Store;

/** What there is between `init` and `close`. */
interface Running {
  readonly store: Store;
  readonly engine: Engine;
  readonly operations: Operations;
  readonly waiters: Waiters;
}

/** The durable engine that comes with the host, as a component. */
export class BuiltinComponent implements WorkflowComponent {
  readonly manifest: ComponentManifest;
  readonly optional: OptionalOperations;
  readonly #context: ComponentContext;
  readonly #config: BuiltinConfig;
  readonly #openStore: OpenStore;
  #running: Running | undefined;
  #closed = false;

  constructor(context: ComponentContext, config: BuiltinConfig, openStore?: OpenStore) {
    this.#context = context;
    this.#config = config;
    this.#openStore = openStore ?? ((path) => openDefaultStore(path, context));
    this.manifest = manifestFor(context.maxPayloadBytes);
    this.optional = {
      list: async (request) => this.#operations.list(request),
      history: async (request) => this.#operations.history(request),
      rerun: async (request) => this.#operations.rerun(request),
      purgeByFilter: async (filter) => this.#operations.purgeByFilter(filter),
      wait: async (request, signal) => this.#opened.waiters.wait(request, signal),
    };
  }

  async init(): Promise<void> {
    const store = await this.#openStore(this.#config.path);
    try {
      this.#running = start(store, this.#context, this.#config.stickyBytes);
    } catch (error) {
      store.close();
      throw WorkflowError.from(error, 'ERR_STORE_UNAVAILABLE');
    }
  }

  health(): ComponentHealth {
    if (!this.#running) return { ready: false, reason: this.#closed ? 'closed' : 'not opened yet' };
    const reason = this.#running.engine.writer.failure?.message;
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
    const limit = this.#context.maxPayloadBytes;
    // At most three bytes for each of JavaScript's characters: small ones need no counting.
    if (payload === undefined || payload.length * 3 <= limit) return;
    const bytes = Buffer.byteLength(payload);
    if (bytes > limit) throw new WorkflowError('ERR_PAYLOAD_TOO_LARGE', { what, bytes, limit });
  }

  get #operations(): Operations {
    return this.#opened.operations;
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
    if (!running) return;
    running.waiters.close();
    running.engine.close();
    running.store.close();
  }
}

function start(store: Store, context: ComponentContext, stickyBytes: number): Running {
  const waiters: Waiters = new Waiters((instanceId) => engine.views.ifDurable(instanceId));
  const changed = (instanceId: string): void => {
    if (waiters.has(instanceId)) waiters.changed(instanceId);
  };
  const engine: Engine = new Engine({ store, context, stickyBytes, changed });
  engine.open();
  return { store, engine, waiters, operations: new Operations(engine, store, context) };
}

async function openDefaultStore(path: string, context: ComponentContext): Promise<Store> {
  const { openStore } = await import('./store/open-store.js');
  return openStore(path, () => context.ids.uuid());
}

/** Whether a store file holds instances that have not ended; see `store/probe.ts`. */
export async function probe(path: string): Promise<boolean> {
  const { holdsLiveInstances } = await import('./store/probe.js');
  return holdsLiveInstances(path);
}

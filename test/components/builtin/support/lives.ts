import { BuiltinComponent, factory } from '../../../../components/builtin/component.js';
import { readConfig } from '../../../../components/builtin/config.js';
import type { ComponentFactory, Ids, RetentionPolicy } from '../../../../core/index.js';
import { countedIds, startEngine, type EngineHarness } from '../../../support/engine-harness.js';
import { ManualClock } from '../../../support/manual-clock.js';
import type { WorkerScript } from '../../../support/scripted-worker.js';
import type { Backend } from './backends.js';
import { FaultyStore, type StoreHook } from './faulty-store.js';

export interface LifeOptions {
  readonly script?: WorkerScript;
  readonly retention?: RetentionPolicy;
  readonly stickyBytes?: number;
  /** Around store calls of a life that has begun. */
  readonly hook?: StoreHook;
  readonly maxPayloadBytes?: number;
}

/** One engine after the other on the same data: what a host that is restarted sees. Time and ids go on. */
export class Lives {
  readonly #backend: Backend;
  readonly #options: LifeOptions;
  readonly #ids: Ids = countedIds();
  #nowMs: number | undefined;
  #engine: EngineHarness | undefined;
  #store: FaultyStore | undefined;

  constructor(backend: Backend, options: LifeOptions = {}) {
    this.#backend = backend;
    this.#options = options;
  }

  get engine(): EngineHarness {
    if (!this.#engine) throw new Error('no engine is running');
    return this.#engine;
  }

  get store(): FaultyStore {
    if (!this.#store) throw new Error('no store is open');
    return this.#store;
  }

  async begin(options: LifeOptions = {}): Promise<EngineHarness> {
    const merged = { ...this.#options, ...options };
    let begun = false;
    const store = new FaultyStore(this.#backend.open(), (call, moment, count) => {
      if (begun) merged.hook?.(call, moment, count);
    });
    this.#store = store;
    try {
      this.#engine = await startEngine(factoryOn(store, merged), {
        clock: new ManualClock(this.#nowMs),
        ids: this.#ids,
        properties: { stickyBytes: String(merged.stickyBytes ?? 64 * 1024 * 1024) },
        ...(merged.script ? { script: merged.script } : {}),
      });
    } catch (error) {
      store.kill();
      throw error;
    }
    begun = true;
    return this.#engine;
  }

  /** The process is gone between two instructions. `afterMs`: how long until somebody starts it again. */
  async crash(afterMs = 0, options: LifeOptions = {}): Promise<EngineHarness> {
    this.store.kill();
    this.#nowMs = this.engine.clock.now() + afterMs;
    return this.begin(options);
  }

  /** An orderly restart. */
  async restart(afterMs = 0, options: LifeOptions = {}): Promise<EngineHarness> {
    await this.engine.close();
    this.#nowMs = this.engine.clock.now() + afterMs;
    return this.begin(options);
  }

  async end(): Promise<void> {
    await this.#engine?.close();
    this.#store?.kill();
    this.#backend.remove();
  }
}

function factoryOn(store: FaultyStore, { retention = {}, maxPayloadBytes }: LifeOptions): ComponentFactory {
  return {
    ...factory,
    create: (spec, given) => {
      const context = { ...given, retention, maxPayloadBytes: maxPayloadBytes ?? given.maxPayloadBytes };
      return new BuiltinComponent(context, readConfig(spec, context), () => store);
    },
  };
}

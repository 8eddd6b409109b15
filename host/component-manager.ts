import {
  WorkflowError,
  type ComponentContext,
  type ComponentFactory,
  type ComponentSpec,
  type Logger,
  type Metrics,
  type WorkflowComponent,
} from '../core/index.js';
import type { Readiness } from './door.js';
import { within } from './deadline.js';
import type { Secrets } from './observability/secrets.js';
import type { ComponentDirectory } from './service/workflow-service.js';

export interface ComponentManagerOptions {
  /** In the order they are opened. */
  readonly specs: readonly ComponentSpec[];
  readonly factories: readonly ComponentFactory[];
  contextFor(spec: ComponentSpec): ComponentContext;
  /** Absent: the only one. */
  readonly defaultComponent?: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly secrets: Secrets;
}

/** Names that mean the default component unless a component is called so. */
const defaultNames: readonly string[] = ['dapr', 'default'];

interface Loaded {
  readonly name: string;
  readonly component: WorkflowComponent;
}

/**
 * Opens components one after another in file order, and closes them in reverse. A component that fails ends the start,
 * after those before it were closed; with `ignoreErrors` it is left out. Reconnecting is the component's own affair.
 */
export class ComponentManager implements ComponentDirectory {
  readonly #options: ComponentManagerOptions;
  readonly #loaded = new Map<string, Loaded>();
  /** Why components that may fail were left out. */
  readonly #leftOut = new Map<string, string>();
  readonly #defaultName: string;
  #closing: Promise<void> | undefined;

  private constructor(options: ComponentManagerOptions) {
    this.#options = options;
    this.#defaultName = chooseDefault(options);
  }

  /** Throws what a component's `init` throws, `ERR_CONFIG_INVALID`, or `ERR_COMPONENT_NOT_READY` after its time-out. */
  static async open(options: ComponentManagerOptions): Promise<ComponentManager> {
    const manager = new ComponentManager(options);
    for (const spec of options.specs) {
      try {
        await manager.#openOne(spec);
      } catch (error) {
        await manager.close(spec.initTimeoutMs);
        throw error;
      }
    }
    return manager;
  }

  /** `ERR_COMPONENT_NOT_FOUND`; `ERR_COMPONENT_NOT_READY` for a default that was left out; `ERR_SHUTTING_DOWN`. */
  resolve(name?: string): Loaded {
    if (this.#closing) throw new WorkflowError('ERR_SHUTTING_DOWN');
    const named = name ? this.#loaded.get(name) : undefined;
    if (named) return named;
    if (name && !defaultNames.includes(name)) throw this.#unknown(name);
    const chosen = this.#loaded.get(this.#defaultName);
    if (chosen) return chosen;
    const reason = this.#leftOut.get(this.#defaultName) ?? 'it is not loaded';
    throw new WorkflowError('ERR_COMPONENT_NOT_READY', { component: this.#defaultName, reason });
  }

  list(): ReturnType<ComponentDirectory['list']> {
    return [...this.#loaded.values()].map(({ name, component }) => {
      const { ready, reason } = component.health();
      return {
        name,
        isDefault: name === this.#defaultName,
        manifest: component.manifest,
        ready,
        ...(reason === undefined ? {} : { reason: this.#options.secrets.scrub(reason) }),
      };
    });
  }

  /** That of the default component. */
  readiness(): Readiness {
    const shown = this.list().find((one) => one.isDefault);
    if (!shown) return { ready: false, reason: this.#leftOut.get(this.#defaultName) ?? 'the default is not loaded' };
    const { name, ready, reason } = shown;
    return ready ? { ready } : { ready, reason: `component "${name}": ${reason ?? 'not ready'}` };
  }

  /** Closes all, last opened first. Idempotent. What does not close in time is left to the end of the process. */
  close(timeoutMs: number): Promise<void> {
    this.#closing ??= this.#closeAll(performance.now() + timeoutMs);
    return this.#closing;
  }

  async #openOne(spec: ComponentSpec): Promise<void> {
    const { logger, metrics } = this.#options;
    const { name, type, version } = spec;
    try {
      const component = await this.#init(spec);
      this.#loaded.set(name, { name, component });
      metrics.gauge('wfhost_component_ready', () => Number(component.health().ready), { component: name });
      logger.info({ component: name, type, version, ...component.health() }, 'component loaded');
    } catch (error) {
      const known = this.#explain(error, spec);
      logger.debug({ component: name, err: error }, 'component could not be opened');
      if (!spec.ignoreErrors) throw known;
      this.#leftOut.set(name, known.message);
      logger.error({ component: name, type, code: known.code }, `component left out: ${known.message}`);
    }
  }

  async #init(spec: ComponentSpec): Promise<WorkflowComponent> {
    const { factories } = this.#options;
    const { type, version, initTimeoutMs, name } = spec;
    const factory = factories.find((one) => one.type === type && one.version === version);
    if (!factory)
      throw new WorkflowError('ERR_CONFIG_INVALID', { reason: `unknown component type ${type}/${version}` });
    const component = factory.create(spec, this.#options.contextFor(spec));
    const abort = new AbortController();
    const late = (): never => {
      const reason = `it did not initialise within ${initTimeoutMs} ms`;
      throw new WorkflowError('ERR_COMPONENT_NOT_READY', { component: name, reason });
    };
    try {
      await within(component.init(abort.signal), initTimeoutMs, late);
      return component;
    } catch (error) {
      abort.abort();
      await within(component.close(), initTimeoutMs, () => undefined).catch(() => undefined);
      throw error;
    }
  }

  /** The error with its place and without secrets. */
  #explain(error: unknown, spec: ComponentSpec): WorkflowError {
    const { secrets } = this.#options;
    if (!(error instanceof WorkflowError) || error.code === 'ERR_CONFIG_INVALID') {
      const reason = secrets.scrub(`${spec.source}: component "${spec.name}": ${WorkflowError.from(error).message}`);
      return new WorkflowError('ERR_CONFIG_INVALID', { reason });
    }
    const params = Object.entries(error.params).map(([key, value]) => [
      key,
      typeof value === 'string' ? secrets.scrub(value) : value,
    ]);
    return new WorkflowError(error.code, Object.fromEntries(params));
  }

  #unknown(component: string): WorkflowError {
    const names = [...this.#loaded.keys()];
    const hint = names.length === 0 ? '' : `; loaded: ${names.join(', ')}`;
    return new WorkflowError('ERR_COMPONENT_NOT_FOUND', { component, hint });
  }

  async #closeAll(deadline: number): Promise<void> {
    const { logger } = this.#options;
    for (const { name, component } of [...this.#loaded.values()].toReversed()) {
      const late = (): void => logger.warn({ component: name }, 'component did not close in time');
      await within(component.close(), deadline - performance.now(), late).catch((error: unknown) =>
        logger.error({ component: name, err: error }, 'component did not close cleanly'),
      );
    }
  }
}

/** Decided from what is declared, so that a component that fails does not make another one the default. */
function chooseDefault({ specs, defaultComponent }: ComponentManagerOptions): string {
  const names = specs.map((spec) => spec.name);
  const [first] = names;
  const known = `declared: ${names.join(', ')}`;
  if (defaultComponent !== undefined) {
    if (names.includes(defaultComponent)) return defaultComponent;
    const reason = `the default component "${defaultComponent}" is not declared; ${known}`;
    throw new WorkflowError('ERR_CONFIG_INVALID', { reason });
  }
  if (first !== undefined && names.length === 1) return first;
  const reason = `several components are declared and none is the default: set --default-component or spec.workflow.defaultComponent (${known})`;
  throw new WorkflowError('ERR_CONFIG_INVALID', { reason });
}

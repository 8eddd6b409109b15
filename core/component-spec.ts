import type { WorkflowComponent } from './workflow-component.js';
import type { HistoryCodec } from './orchestration/history-event.js';
import type { WorkerPort } from './worker-port.js';

/** A component file, read and resolved: secrets are in place, documents are split, types are checked. */
export interface ComponentSpec {
  /** `metadata.name`: the `{workflowComponent}` of URLs. */
  readonly name: string;
  /** `spec.type`: `workflow.<x>`. */
  readonly type: string;
  /** `spec.version`: `v1` by default. */
  readonly version: string;
  /** `spec.metadata`, by name, as strings. Secret values are here too: never log the map. */
  readonly properties: ReadonlyMap<string, string>;
  readonly initTimeoutMs: number;
  /** `spec.ignoreErrors`: a failing init leaves the component out instead of ending the host. */
  readonly ignoreErrors: boolean;
  /** File, line and column of the document, for messages. */
  readonly source: string;
}

/** Structured log; the fields are merged into the line. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}
export type LogFields = Readonly<Record<string, unknown>>;

/** The component's only source of time. */
export interface Clock {
  /** Epoch ms, UTC. */
  now(): number;
  /** Monotonic ms, for durations. */
  monotonic(): number;
  /** Calls back once at or after `atMs` (epoch). Any distance is allowed. The result cancels it. */
  at(atMs: number, callback: () => void): () => void;
}

/** The component's only source of randomness. */
export interface Ids {
  /** UUID v4 with dashes. */
  uuid(): string;
  /** 32 hex digits: execution ids. */
  executionId(): string;
  /** Unguessable lease token, at least 122 random bits. */
  token(): string;
}

/** Counters and histograms by name; a no-op when metrics are off. Labels must have few values. */
export interface Metrics {
  count(name: string, labels?: Readonly<Record<string, string>>, by?: number): void;
  observe(name: string, value: number, labels?: Readonly<Record<string, string>>): void;
  gauge(name: string, read: () => number, labels?: Readonly<Record<string, string>>): void;
}

/** Retention of closed instances, ms after their end; absent keeps them for ever. The specific one beats `anyTerminal`. */
export interface RetentionPolicy {
  readonly anyTerminalMs?: number;
  readonly completedMs?: number;
  readonly failedMs?: number;
  readonly terminatedMs?: number;
}

/** Bounds on work in flight (not on live instances), from the `Configuration`; absent: none. */
export interface ConcurrencyLimits {
  readonly maxConcurrentTurns?: number;
  readonly maxConcurrentActivities?: number;
  readonly byWorkflow: ReadonlyMap<string, number>;
  readonly byActivity: ReadonlyMap<string, number>;
}

/** Everything a component may use of the process it lives in. It never reads flags, environment or container. */
export interface ComponentContext {
  readonly name: string;
  readonly appId: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly codec: HistoryCodec;
  readonly workers: WorkerPort;
  readonly retention: RetentionPolicy;
  readonly concurrency: ConcurrencyLimits;
  /** Largest payload the doors let through, bytes. */
  readonly maxPayloadBytes: number;
  /** Folder for data of components that keep any and are not told where. */
  readonly dataDir: string;
}

/**
 * What a component package exports as `default` (see `definePlugin`). `create` only builds: no I/O, no timers; `init`
 * opens. It throws `ERR_CONFIG_INVALID` for properties that make no sense together.
 */
export interface ComponentFactory {
  /** `workflow.<x>`. */
  readonly type: string;
  readonly version: string;
  /** JSON Schema of the properties: one schema for validation, editor and docs. */
  readonly configSchema: object;
  create(spec: ComponentSpec, context: ComponentContext): WorkflowComponent;
}

/** A third-party package: `export default definePlugin({ apiVersion: 1, factories: [...] })`. */
export interface Plugin {
  readonly apiVersion: 1;
  readonly factories: readonly ComponentFactory[];
}

/** Identity, for inference and a stable spelling. */
export function definePlugin(plugin: Plugin): Plugin {
  return plugin;
}

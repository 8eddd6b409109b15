import type { ComponentSpec, ConcurrencyLimits, RetentionPolicy } from '../../core/index.js';
import type { LogLevel } from '../observability/logger.js';
import type { Secrets } from '../observability/secrets.js';
import type { Finding } from './findings.js';

/** The whole configuration, validated and frozen: flags over environment over files over defaults. */
export interface HostConfig {
  readonly appId: string;
  readonly namespace: string;
  /** Absent: the door is off. */
  readonly http?: { readonly host: string; readonly port: number };
  readonly grpc?: { readonly host: string; readonly port: number };
  readonly apiTokens: readonly string[];
  readonly allowedHosts: readonly string[];
  readonly maxBodyBytes: number;
  readonly drainTimeoutMs: number;
  /** Declared components in file order. Empty: the built-in engine with its defaults is loaded under the name `builtin`. */
  readonly components: readonly ComponentSpec[];
  readonly defaultComponent?: string;
  /** Entry files of third-party components, found from the allow-list of the configuration. */
  readonly plugins: readonly string[];
  readonly retention: RetentionPolicy;
  readonly concurrency: ConcurrencyLimits;
  /** Folder of the embedded store when a component names none. */
  readonly dataDir: string;
  readonly logLevel: LogLevel;
  readonly logFormat: 'json' | 'pretty';
  /** Whether metrics are kept and shown at /metrics. */
  readonly metrics: boolean;
  /** OTLP endpoint; absent: tracing off, and its SDK is not loaded. */
  readonly tracingEndpoint?: string;
  /** By name, for operators to see. */
  readonly insecureFlags: readonly string[];
  /** Values that are struck from logs and errors: API tokens and what `secretKeyRef` and `envRef` gave. */
  readonly secrets: Secrets;
  /** Findings that are no errors, for the log: documents of other kinds, components of other apps. */
  readonly notes: readonly Finding[];
}

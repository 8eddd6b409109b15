import type { ComponentSpec, ConcurrencyLimits, RetentionPolicy } from '../../core/index.js';

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
  /** Package names or paths of third-party components: the allow-list. */
  readonly plugins: readonly string[];
  readonly retention: RetentionPolicy;
  readonly concurrency: ConcurrencyLimits;
  /** Folder of the embedded store when a component names none. */
  readonly dataDir: string;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly logFormat: 'json' | 'pretty';
  /** OTLP endpoint; absent: tracing off, and its SDK is not loaded. */
  readonly tracingEndpoint?: string;
  readonly insecureFlags: readonly string[];
}

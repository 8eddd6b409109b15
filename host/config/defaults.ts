import type { ComponentSpec } from '../../core/index.js';
import { Secrets } from '../observability/secrets.js';
import type { HostConfig } from './host-config.js';

/** The engine that is there when nothing else is declared. */
export const builtinType = 'workflow.builtin';
export const defaultVersion = 'v1';
export const defaultInitTimeoutMs = 5_000;

/** All that has a default, and nothing else: no doors. */
export const defaultConfig: HostConfig = Object.freeze({
  appId: 'wfhost',
  namespace: 'default',
  apiTokens: [],
  allowedHosts: [],
  /** Dapr's. */
  maxBodyBytes: 4 * 1024 * 1024,
  drainTimeoutMs: 30_000,
  components: [],
  plugins: [],
  retention: {},
  concurrency: { byWorkflow: new Map<string, number>(), byActivity: new Map<string, number>() },
  dataDir: '.wfhost',
  logLevel: 'info',
  logFormat: 'json',
  metrics: true,
  insecureFlags: [],
  secrets: new Secrets([]),
  notes: [],
});

/** A configuration from code: what is not given has its default. */
export function configWith(overrides: Partial<HostConfig>): HostConfig {
  const secrets = overrides.secrets ?? new Secrets(overrides.apiTokens ?? []);
  return Object.freeze({ ...defaultConfig, ...overrides, secrets });
}

/** What the host opens: the declared components, or the built-in engine alone. */
export function componentsOf(config: HostConfig): readonly ComponentSpec[] {
  return config.components.length > 0 ? config.components : [componentSpec({ name: 'builtin', type: builtinType })];
}

/** A component from code, without a file. */
export function componentSpec(given: Partial<ComponentSpec> & Pick<ComponentSpec, 'name' | 'type'>): ComponentSpec {
  return {
    version: defaultVersion,
    properties: new Map(),
    initTimeoutMs: defaultInitTimeoutMs,
    ignoreErrors: false,
    source: 'default',
    ...given,
  };
}

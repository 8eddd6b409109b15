export type { Door, HostMetadata, Readiness } from './door.js';
export { componentSpec, configWith } from './config/defaults.js';
export type { Finding, Severity } from './config/findings.js';
export type { HostFlags } from './config/flags.js';
export type { HostConfig } from './config/host-config.js';
export { startHost, type Address, type HostParts, type RunningHost } from './host.js';
export { fileSchema, lintFiles, loadConfig, openHost, runHost } from './main.js';

export type { Door, HostMetadata, Readiness } from './door.js';
export type { HostConfig } from './config/host-config.js';
export { componentSpec, configWith } from './config/defaults.js';
export { startHost, type Address, type HostParts, type RunningHost } from './host.js';

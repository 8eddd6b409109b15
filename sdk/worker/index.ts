export { LocalWorker, type LocalWorkerOptions } from './local-worker.js';
export type { Activities, ActivityFunction } from './registry.js';
export type { StickyLimits } from './sticky.js';
export { createWorker, type RemoteWorker, type RemoteWorkerOptions } from './remote/remote-worker.js';
export type { RemoteAddress } from './remote/task-hub.js';

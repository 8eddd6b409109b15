export { LocalWorker, type LocalWorkerOptions } from './local-worker.js';
export type { Activities, ActivityFunction } from './registry.js';
export type { StickyLimits } from './sticky.js';

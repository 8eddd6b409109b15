export * from './diff.js';
export * from './execution.js';
export * from './failure.js';
export * from './program.js';
export * from './random.js';
export * from './retry.js';
export * from './task.js';

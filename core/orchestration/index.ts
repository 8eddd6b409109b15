export * from './action.js';
export * from './assemble.js';
export * from './decide.js';
export * from './fact.js';
export * from './history-event.js';
export * from './ids.js';
export * from './state.js';

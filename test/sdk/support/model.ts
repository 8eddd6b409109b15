export * as model from '../../../core/orchestration/index.js';

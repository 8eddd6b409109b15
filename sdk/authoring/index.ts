export type {
  ActivityContext,
  ChildOptions,
  ContinueOptions,
  DetachedOptions,
  InputArgs,
  PayloadArgs,
  WorkflowContext,
} from './context.js';
export * from './definitions.js';
export type { Duration, Instant } from './duration.js';
export * from './errors.js';
export type { CallOptions, RetryOptions } from './options.js';
export type { SchemaInput, SchemaIssue, SchemaOutput, SchemaResult, StandardSchema } from './schema.js';

import { join } from 'node:path';
import { WorkflowError, type ComponentContext, type ComponentSpec } from '../../core/index.js';
import { memoryPath } from './store/store.js';

/** File in the host's data folder, when a component names none. */
export const defaultFileName = 'wfhost.db';

export const defaultStickyBytes = 64 * 1024 * 1024;
const leastStickyBytes = 1024 * 1024;

export interface BuiltinConfig {
  /** The SQLite file, or `:memory:`. */
  readonly path: string;
  /** Memory for instances that are running or were used lately, bytes. */
  readonly stickyBytes: number;
}

export const configSchema = {
  type: 'object',
  properties: {
    path: {
      type: 'string',
      minLength: 1,
      description: `SQLite file; default "${defaultFileName}" in the host's data folder. "${memoryPath}" keeps nothing beyond the process.`,
    },
    stickyBytes: {
      type: 'string',
      pattern: '^[0-9]{1,15}$',
      default: String(defaultStickyBytes),
      description: 'Memory for instances, bytes. What does not fit is read from the store when it is needed.',
    },
  },
  additionalProperties: false,
} as const;

/** Throws `ERR_CONFIG_INVALID`. */
export function readConfig(spec: ComponentSpec, context: Pick<ComponentContext, 'dataDir'>): BuiltinConfig {
  const path = spec.properties.get('path') ?? join(context.dataDir, defaultFileName);
  const stickyBytes = Number(spec.properties.get('stickyBytes') ?? defaultStickyBytes);
  if (path === '') throw invalid(spec, 'path is empty');
  if (!Number.isSafeInteger(stickyBytes) || stickyBytes < leastStickyBytes) {
    throw invalid(spec, `stickyBytes must be a whole number of at least ${leastStickyBytes}`);
  }
  return { path, stickyBytes };
}

function invalid(spec: ComponentSpec, reason: string): WorkflowError {
  return new WorkflowError('ERR_CONFIG_INVALID', { reason: `component "${spec.name}" (${spec.source}): ${reason}` });
}

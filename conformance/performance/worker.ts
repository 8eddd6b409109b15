import { LocalWorker, type LocalWorkerOptions } from '../../sdk/worker/index.js';

type AnyWorkflow = NonNullable<LocalWorkerOptions['workflows']>[number];
type Activities = NonNullable<LocalWorkerOptions['activities']>;
type AnyActivity = Extract<Activities, readonly unknown[]>[number];

/** What a module of workflows exports. */
export interface Definitions {
  readonly workflows: readonly AnyWorkflow[];
  readonly activities: readonly AnyActivity[];
}

/** The workflows and activities among a module's exports, lists of them included. */
export function definitionsIn(module: object): Definitions {
  const all = new Set(Object.values(module).flat() as unknown[]);
  return { workflows: [...all].filter(isWorkflow), activities: [...all].filter(isActivity) };
}

/** A worker with these definitions. Throws `TypeError` for definitions that clash. */
export function workerOf(definitions: Definitions): LocalWorker {
  return new LocalWorker(definitions);
}

function isWorkflow(value: unknown): value is AnyWorkflow {
  return isDefinition(value, 'workflow');
}

function isActivity(value: unknown): value is AnyActivity {
  return isDefinition(value, 'activity');
}

/** A name alone, without code, is a reference and no definition. */
function isDefinition(value: unknown, kind: string): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    value.kind === kind &&
    'run' in value &&
    typeof value.run === 'function'
  );
}

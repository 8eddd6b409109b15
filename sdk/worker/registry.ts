import type { Logger } from '../../core/index.js';
import type { FindProgram, Program } from '../../core/orchestration/replay/index.js';
import type { AnyActivity, AnyWorkflow } from '../authoring/definitions.js';
import { programOf } from '../authoring/program.js';

/** Activities as a list of definitions, or by name: then a plain function may stand for one. */
export type Activities = readonly AnyActivity[] | Readonly<Record<string, AnyActivity | ActivityFunction>>;
export type ActivityFunction = AnyActivity['run'];

/** An activity as a worker runs it. */
export type RegisteredActivity = Pick<AnyActivity, 'name' | 'run' | 'schema'>;

/** What a worker has code for. */
export class Registry {
  readonly #workflows = new Map<string, Map<string | undefined, Program>>();
  readonly #activities = new Map<string, RegisteredActivity>();

  /** Throws `TypeError` for two definitions of one name (and version). */
  constructor(workflows: readonly AnyWorkflow[], activities: Activities, logger: Logger) {
    for (const workflow of workflows) this.#addWorkflow(workflow, logger);
    for (const activity of listOf(activities)) {
      if (this.#activities.has(activity.name)) throw new TypeError(`activity "${activity.name}" is defined twice`);
      this.#activities.set(activity.name, activity);
    }
  }

  hasWorkflow(name: string): boolean {
    return this.#workflows.has(name);
  }

  activity(name: string): RegisteredActivity | undefined {
    return this.#activities.get(name);
  }

  /** New executions run in the version they ask for, else in the newest; those with a history in the one they began with. */
  readonly find: FindProgram = (started, begun) => {
    const versions = this.#workflows.get(started.name);
    if (!versions) return notRegistered(started.name);
    if (begun) return versions.get(begun.version);
    return started.version ? versions.get(started.version) : newestOf(versions);
  };

  #addWorkflow(workflow: AnyWorkflow, logger: Logger): void {
    const { name, version } = workflow;
    const versions = this.#workflows.get(name) ?? new Map<string | undefined, Program>();
    if (versions.has(version)) {
      throw new TypeError(`workflow "${name}"${version === undefined ? '' : ` version "${version}"`} is defined twice`);
    }
    versions.set(version, programOf(workflow, logger));
    this.#workflows.set(name, versions);
  }
}

/** Fails every execution: the answer of a worker that takes what it does not know. */
function notRegistered(name: string): Program {
  return {
    run: () => Promise.reject(new WorkflowNotRegistered(`workflow "${name}" is not registered with this worker`)),
  };
}

class WorkflowNotRegistered extends Error {
  readonly nonRetriable = true;
}

/** Versions compare by their numbers ("10" comes after "9"); unversioned code is the oldest. */
function newestOf(versions: ReadonlyMap<string | undefined, Program>): Program | undefined {
  const [newest] = [...versions].toSorted(([one = ''], [other = '']) =>
    other.localeCompare(one, 'en', { numeric: true }),
  );
  return newest?.[1];
}

function listOf(activities: Activities): readonly RegisteredActivity[] {
  if (isList(activities)) return activities;
  return Object.entries(activities).map(([name, given]) =>
    typeof given === 'function' ? { name, run: given } : given,
  );
}

function isList(activities: Activities): activities is readonly AnyActivity[] {
  return Array.isArray(activities);
}

import type { WorkflowContext } from '../../../sdk/index.js';
import { model } from './model.js';
import { workflowOf } from './programs.js';
import { ReplayWorld, type Outstanding, type WorldOptions } from './replay-world.js';

/** Runs the code as a workflow until nothing more comes back. */
export async function run(
  code: (wf: WorkflowContext) => Promise<unknown>,
  options: WorldOptions = {},
): Promise<ReplayWorld> {
  return new ReplayWorld([workflowOf(code)], options).run();
}

export function resultOf(world: ReplayWorld): unknown {
  const result = world.state.closed?.result;
  return result === undefined ? undefined : JSON.parse(result);
}

/** Of one kind, in order. */
export function events<Kind extends model.HistoryEventKind>(world: ReplayWorld, kind: Kind) {
  return world.history.filter((event): event is Extract<model.HistoryEvent, { kind: Kind }> => event.kind === kind);
}

/** Fails the first so many times. */
export function failing(times: number, error: Error = new RangeError('not yet')): (what: Outstanding) => unknown {
  let failures = 0;
  return () => {
    failures += 1;
    if (failures <= times) throw error;
    return 'done';
  };
}

import type { CapabilityName, ComponentLimits } from '../core/index.js';
import type { HistoryEvent } from '../core/orchestration/index.js';
import type { ConformanceCase, Suite } from './case.js';
import type { DoorName, ManagementDoor } from './door.js';
import { World } from './world.js';
import type { SuiteWorker } from './worker/suite-worker.js';

/** What is under test: a component behind one or more doors, with the suite's worker at work for it. */
export interface ConformanceTarget {
  /** For reports. */
  readonly component: string;
  readonly doors: readonly ManagementDoor[];
  readonly worker: SuiteWorker;
  readonly capabilities: Readonly<Record<CapabilityName, boolean>>;
  readonly limits: ComponentLimits;
  /** How long a condition may take here, ms. */
  readonly patienceMs: number;
  reconnectWorker(): Promise<void>;
  crash?(): Promise<void>;
}

/** One case at one door, and whether it can be run there. */
export interface PlannedCase {
  readonly case: ConformanceCase;
  readonly door: DoorName;
  /** Why it is left out: the door lacks an operation, or the component declares that it lacks a capability. */
  readonly leftOut?: string;
}

export type Outcome = 'passed' | 'failed' | 'left out';

export interface CaseResult {
  readonly id: string;
  readonly promise: string;
  readonly pins: string;
  readonly door: DoorName;
  readonly outcome: Outcome;
  readonly durationMs: number;
  /** Why it failed or was left out. */
  readonly reason?: string;
  /** Histories of the instances of a failed case, where the door can read them. */
  readonly histories?: Readonly<Record<string, readonly HistoryEvent[]>>;
}

export interface Selection {
  readonly level?: 'core' | 'full';
  readonly doors?: readonly DoorName[];
  /** Runs the cases whose id contains this. */
  readonly match?: string;
  /** Doors at which scenarios run as well; elsewhere only the contract storey does. Default: all. */
  readonly scenarioDoors?: readonly DoorName[];
}

/** Which cases run where. Everything that is left out is in the plan too, with its reason. */
export function plan(suites: readonly Suite[], target: ConformanceTarget, selection: Selection = {}): PlannedCase[] {
  const planned: PlannedCase[] = [];
  for (const door of target.doors) {
    if (selection.doors && !selection.doors.includes(door.name)) continue;
    for (const one of suites.flatMap((suite) => suite.cases)) {
      if (selection.level === 'core' && one.level !== 'core') continue;
      if (selection.match !== undefined && !one.id.includes(selection.match)) continue;
      if (one.storey === 'scenario' && selection.scenarioDoors && !selection.scenarioDoors.includes(door.name))
        continue;
      const leftOut = whyLeftOut(one, door, target);
      planned.push({ case: one, door: door.name, ...(leftOut === undefined ? {} : { leftOut }) });
    }
  }
  return planned;
}

function whyLeftOut(one: ConformanceCase, door: ManagementDoor, target: ConformanceTarget): string | undefined {
  const lacking = one.uses.filter((operation) => !door.operations.has(operation));
  if (lacking.length > 0) return `the ${door.name} door has no ${lacking.join(', ')}`;
  const absent = (one.needs ?? []).filter((capability) => !target.capabilities[capability]);
  return absent.length > 0 ? `the component declares that it lacks ${absent.join(', ')}` : undefined;
}

/** Runs one planned case. Never rejects: what went wrong is the result. */
export async function runCase(planned: PlannedCase, target: ConformanceTarget): Promise<CaseResult> {
  const { case: one, door: doorName, leftOut } = planned;
  const about = { id: one.id, promise: one.promise, pins: one.pins, door: doorName };
  if (leftOut !== undefined) return { ...about, outcome: 'left out', durationMs: 0, reason: leftOut };
  const door = target.doors.find((candidate) => candidate.name === doorName);
  if (!door) throw new Error(`no door ${doorName}`);
  const world = new World({
    door,
    worker: target.worker,
    limits: target.limits,
    capabilities: target.capabilities,
    patienceMs: target.patienceMs,
    newId: uniqueId,
    reconnect: () => target.reconnectWorker(),
    ...(target.crash ? { crash: () => target.crash?.() ?? Promise.resolve() } : {}),
  });
  const begun = performance.now();
  try {
    await one.run(world);
    return { ...about, outcome: 'passed', durationMs: performance.now() - begun };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const histories = await historiesOf(world);
    return { ...about, outcome: 'failed', durationMs: performance.now() - begun, reason, histories };
  }
}

/** Runs a plan, `parallel` cases at a time; those that must be alone run last, one by one. */
export async function runPlan(
  planned: readonly PlannedCase[],
  target: ConformanceTarget,
  options: { readonly parallel: number; readonly onResult?: (result: CaseResult) => void },
): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  const take = async (queue: PlannedCase[]): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const result = await runCase(next, target);
      results.push(result);
      options.onResult?.(result);
    }
  };
  const together = planned.filter((one) => !one.case.alone);
  await Promise.all(Array.from({ length: options.parallel }, () => take(together)));
  await take(planned.filter((one) => one.case.alone));
  return results;
}

async function historiesOf(world: World): Promise<Record<string, readonly HistoryEvent[]>> {
  const histories: Record<string, readonly HistoryEvent[]> = {};
  if (!world.door.operations.has('history')) return histories;
  for (const id of world.ids.slice(0, 5)) {
    const events = await world.door.history(id).catch(() => undefined);
    if (events) histories[id] = events;
  }
  return histories;
}

let counter = 0;
const run = `${Date.now().toString(36)}${Math.floor(Math.random() * 1e6).toString(36)}`;

/** Unique over runs, and plain enough for every door. */
function uniqueId(): string {
  counter += 1;
  return `c-${run}-${counter.toString(36)}`;
}

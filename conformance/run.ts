import { randomUUID } from 'node:crypto';
import type { CapabilityName, ComponentLimits } from '../core/index.js';
import type { HistoryEvent } from '../core/orchestration/index.js';
import type { ConformanceCase, Suite } from './case.js';
import type { DoorName, DoorOperation, ManagementDoor } from './door.js';
import { Mismatch, World } from './world.js';
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
  /** The suite's worker leaves: work finds nobody until `reconnectWorker`. */
  disconnectWorker(): Promise<void>;
  reconnectWorker(): Promise<void>;
  /** Kills what is under test without warning and brings it back on the same data. */
  crash?(): Promise<void>;
}

/** One case at one door, and whether it can be run there. */
export interface PlannedCase {
  readonly case: ConformanceCase;
  readonly door: DoorName;
  /** It cannot be run there. */
  readonly leftOut?: LeftOut;
}

/**
 * Whose lack keeps a case from being run: the door's, which has no such operation, the component's, which declares it,
 * or the target's, which cannot be killed.
 */
export interface LeftOut {
  readonly by: 'door' | 'component' | 'target';
  readonly reason: string;
}

export type Outcome = 'passed' | 'failed' | 'left out';

export interface CaseResult extends Pick<ConformanceCase, 'id' | 'promise' | 'pins' | 'level' | 'storey'> {
  readonly door: DoorName;
  readonly outcome: Outcome;
  /** Of the case alone, ms. */
  readonly durationMs: number;
  /** Why it failed or was left out. */
  readonly reason?: string;
  readonly leftOutBy?: LeftOut['by'];
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
  /** How many random programs are run. Default: 200. */
  readonly seeds?: number;
}

/** Which cases run where. Everything that is left out is in the plan too, with its reason. */
export function plan(suites: readonly Suite[], target: ConformanceTarget, selection: Selection = {}): PlannedCase[] {
  const planned: PlannedCase[] = [];
  for (const door of target.doors) {
    if (selection.doors && !selection.doors.includes(door.name)) continue;
    for (const one of suites.flatMap((suite) => suite.cases)) {
      if (!isSelected(one, door.name, selection) || !applies(one, door.name, target)) continue;
      const leftOut = whyLeftOut(one, door, target);
      planned.push({ case: one, door: door.name, ...(leftOut === undefined ? {} : { leftOut }) });
    }
  }
  return planned;
}

function isSelected(one: ConformanceCase, door: DoorName, { level, match, scenarioDoors }: Selection): boolean {
  if (level === 'core' && one.level !== 'core') return false;
  if (match !== undefined && !one.id.includes(match)) return false;
  return one.storey !== 'scenario' || !scenarioDoors || scenarioDoors.includes(door);
}

/** A case about a lack says nothing about a component that has no such lack. */
function applies({ lacks, doors }: ConformanceCase, door: DoorName, { capabilities }: ConformanceTarget): boolean {
  if (lacks !== undefined && capabilities[lacks]) return false;
  return !doors || doors.includes(door);
}

/** Operations that a component may declare to lack. */
const capabilityOf: Partial<Record<DoorOperation, CapabilityName>> = {
  list: 'list',
  history: 'history',
  rerun: 'rerun',
  purgeByFilter: 'purgeByFilter',
  suspend: 'suspendResume',
  resume: 'suspendResume',
  startAt: 'scheduledStart',
};

function whyLeftOut(one: ConformanceCase, door: ManagementDoor, target: ConformanceTarget): LeftOut | undefined {
  const lacking = one.uses.filter((operation) => !door.operations.has(operation));
  if (lacking.length > 0) return { by: 'door', reason: `the ${door.name} door has no ${lacking.join(', ')}` };
  if (one.lacks !== undefined) return undefined;
  const needed = new Set([...(one.needs ?? []), ...one.uses.flatMap((operation) => capabilityOf[operation] ?? [])]);
  // A host asks a component without a wait of its own again and again, so only in process there is none.
  if (door.name !== 'in-process') needed.delete('wait');
  const absent = [...needed].filter((capability) => !target.capabilities[capability]);
  if (one.crash && !target.crash && absent.length === 0) {
    return { by: 'target', reason: 'this target cannot be killed and brought back' };
  }
  if (absent.length === 0) return undefined;
  return { by: 'component', reason: `the component declares that it lacks ${absent.join(', ')}` };
}

/** Runs one planned case. Never rejects: what went wrong is the result. */
export async function runCase(planned: PlannedCase, target: ConformanceTarget): Promise<CaseResult> {
  const { case: one, door: doorName, leftOut } = planned;
  const about = aboutOf(planned);
  if (leftOut) return { ...about, outcome: 'left out', durationMs: 0, reason: leftOut.reason, leftOutBy: leftOut.by };
  const door = target.doors.find((candidate) => candidate.name === doorName);
  if (!door) throw new Error(`no door ${doorName}`);
  const world = new World({
    door,
    worker: target.worker,
    limits: target.limits,
    capabilities: target.capabilities,
    patienceMs: target.patienceMs,
    newId: uniqueId,
    disconnect: () => target.disconnectWorker(),
    reconnect: () => target.reconnectWorker(),
    ...(target.crash ? { crash: () => target.crash?.() ?? Promise.resolve() } : {}),
  });
  const begun = performance.now();
  try {
    await endsWithin(one.run(world), target.patienceMs * waitsPerCase);
    return { ...about, outcome: 'passed', durationMs: performance.now() - begun };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const histories = await historiesOf(world);
    return { ...about, outcome: 'failed', durationMs: performance.now() - begun, reason, histories };
  }
}

function aboutOf({ case: one, door }: PlannedCase): Omit<CaseResult, 'outcome' | 'durationMs'> {
  const { id, promise, pins, level, storey } = one;
  return { id, promise, pins, level, storey, door };
}

/** A case waits for several conditions, and for none of them longer than the target's patience. */
export const waitsPerCase = 4;

/** A call that never answers must not hold up the run. */
async function endsWithin(running: Promise<void>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Mismatch(`the case did not end within ${limitMs} ms`)), limitMs);
  });
  try {
    await Promise.race([running, tooLong]);
  } finally {
    clearTimeout(timer);
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

/** Unique over runs, plain enough for every door, and short enough to be given a suffix. */
function uniqueId(): string {
  return `c-${randomUUID().replaceAll('-', '').slice(0, 16)}`;
}

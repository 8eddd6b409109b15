import type {
  ActivityItem,
  ActivityOutcome,
  CapacityEvent,
  TurnItem,
  TurnOutcome,
  WorkerPort,
} from '../../core/index.js';
import { runProgram } from '../../conformance/worker/program.js';
import { work } from '../../conformance/worker/work.js';

/** Everything a test may want to change about a worker. */
export interface WorkerScript {
  turn?(item: TurnItem): TurnOutcome | Promise<TurnOutcome> | undefined;
  activity?(item: ActivityItem): ActivityOutcome | Promise<ActivityOutcome> | undefined;
}

/** A worker that runs programs (see `program.ts`), unless its script says otherwise. Logs what it was given. */
export class ScriptedWorker implements WorkerPort {
  readonly turns: TurnItem[] = [];
  readonly activities: ActivityItem[] = [];
  readonly #listeners = new Set<(event: CapacityEvent) => void>();
  #script: WorkerScript;
  #connected = true;

  constructor(script: WorkerScript = {}) {
    this.#script = script;
  }

  /** Leaves (work finds nobody) or comes back. */
  set connected(connected: boolean) {
    this.#connected = connected;
    if (connected) for (const listener of [...this.#listeners]) listener({ cause: 'connected' });
  }

  set script(script: WorkerScript) {
    this.#script = script;
  }

  turn(item: TurnItem): Promise<TurnOutcome> | undefined {
    if (!this.#connected) return undefined;
    const outcome = this.#script.turn ? this.#script.turn(item) : answered(item);
    if (outcome) this.turns.push(item);
    return outcome && Promise.resolve(outcome);
  }

  activity(item: ActivityItem): Promise<ActivityOutcome> | undefined {
    if (!this.#connected) return undefined;
    const outcome = this.#script.activity ? this.#script.activity(item) : work(item);
    if (outcome) this.activities.push(item);
    return outcome && Promise.resolve(outcome);
  }

  onCapacity(listener: (event: CapacityEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  forget(): void {
    // Nothing is kept: every turn is computed from the whole history.
  }
}

/** The answer of a worker that runs the program in the instance's input. */
export function answered(item: TurnItem): TurnOutcome {
  return { kind: 'answered', response: runProgram([...item.past(0), ...item.newEvents]) };
}

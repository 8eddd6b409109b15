import type { HistoryEvent } from '../history-event.js';
import {
  describeAction,
  describeEvent,
  mismatch,
  records,
  type ActionEvent,
  type Mismatch,
  type StepAction,
} from './diff.js';
import type { OpenTask } from './task.js';

/** What an execution has asked for: actions history has not confirmed yet, and tasks it has not settled yet. */
export class Ledger {
  readonly #unconfirmed = new Map<number, StepAction>();
  readonly #open = new Map<number, OpenTask>();
  readonly #throwing: (error: Error) => void;
  #lastId = 0;

  /** `throwing` hears of every error that is thrown into the code. */
  constructor(throwing: (error: Error) => void) {
    this.#throwing = throwing;
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  add(action: StepAction): void {
    this.#unconfirmed.set(action.id, action);
  }

  open(task: OpenTask): void {
    this.#open.set(task.id, task);
  }

  /** Nobody waits for the task any more; its result will be passed over. */
  close(task: OpenTask): void {
    this.#open.delete(task.id);
  }

  get hasOpenTasks(): boolean {
    return this.#open.size > 0;
  }

  get openTasks(): Iterable<OpenTask> {
    return this.#open.values();
  }

  task(id: number): OpenTask | undefined {
    return this.#open.get(id);
  }

  /** In the order in which they were asked for. */
  unconfirmed(): StepAction[] {
    return [...this.#unconfirmed.values()];
  }

  /** History shows an action: it must be the one the code has asked for under this id. `idle`: what the code does if not. */
  confirm(event: ActionEvent, index: number, idle: () => string): Mismatch | undefined {
    const action = this.#unconfirmed.get(event.eventId);
    if (action && records(event, action)) {
      this.#unconfirmed.delete(event.eventId);
      return undefined;
    }
    const asked = action ?? this.#nearest(event.eventId);
    return mismatch(describeEvent(event), asked ? `asks for ${describeAction(asked)}` : idle(), index);
  }

  /** Settles the task the event belongs to. False: nobody waits for it. */
  settle(event: HistoryEvent): boolean {
    switch (event.kind) {
      case 'taskCompleted':
      case 'childWorkflowCompleted': {
        const task = this.#take(event.taskId);
        task?.complete(event.result);
        return task !== undefined;
      }
      case 'taskFailed':
      case 'childWorkflowFailed': {
        const task = this.#take(event.taskId);
        if (task) this.#throwing(task.fail(event.failure));
        return task !== undefined;
      }
      case 'timerFired': {
        const task = this.#take(event.timerId);
        task?.complete(undefined);
        return task !== undefined;
      }
      default:
        return false;
    }
  }

  #take(id: number): OpenTask | undefined {
    const task = this.#open.get(id);
    this.#open.delete(id);
    return task;
  }

  /** The first action asked for at or after an id that history has and the code has not. */
  #nearest(id: number): StepAction | undefined {
    for (const action of this.#unconfirmed.values()) if (action.id >= id) return action;
    return undefined;
  }
}

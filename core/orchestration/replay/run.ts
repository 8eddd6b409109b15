import type { ExecutionStarted, ParentLink, TimerOrigin } from '../history-event.js';
import type { Execution } from './execution.js';
import {
  taskExecutionId,
  type ActivityCall,
  type ChildCall,
  type DetachedCall,
  type ReplayContext,
} from './program.js';
import { SeededRandom } from './random.js';
import { Task, type OpenTask, type Reading } from './task.js';

const nothing: Reading<void> = { value: () => undefined, error: () => new Error('a timer cannot fail') };

/** The context of one run of the code. Each verb adds to the execution's ledger, unless the run is over. */
export class Run implements ReplayContext {
  readonly instanceId: string;
  readonly executionId: string;
  readonly workflowName: string;
  readonly generation: number;
  declare readonly version?: string;
  declare readonly parent?: ParentLink;
  readonly #execution: Execution;
  #random: SeededRandom | undefined;

  constructor(execution: Execution, started: ExecutionStarted, version: string | undefined) {
    this.#execution = execution;
    this.instanceId = started.instanceId;
    this.executionId = started.executionId;
    this.workflowName = started.name;
    this.generation = started.generation;
    if (version !== undefined) this.version = version;
    if (started.parent) this.parent = started.parent;
  }

  get nowMs(): number {
    return this.#execution.nowMs;
  }

  get isReplaying(): boolean {
    return this.#execution.isReplaying;
  }

  activity<T>(call: ActivityCall, reading: Reading<T>): Task<T> {
    const { ledger } = this.#execution;
    if (!this.#execution.mayAct(`called activity "${call.name}"`)) return new Task(0, call.name, reading);
    const id = ledger.nextId();
    const taskId = call.taskExecutionId ?? taskExecutionId(this.executionId, id);
    ledger.add({ kind: 'scheduleTask', id, ...call, taskExecutionId: taskId });
    return this.#opened(new Task(id, call.name, reading));
  }

  timer(atMs: number, origin: TimerOrigin): Task<void> {
    const { ledger } = this.#execution;
    if (!this.#execution.mayAct('set a timer')) return new Task(0, 'timer', nothing);
    const id = ledger.nextId();
    ledger.add({ kind: 'createTimer', id, fireAt: { ms: atMs }, origin });
    return this.#opened(new Task(id, 'timer', nothing));
  }

  child<T>(call: ChildCall, reading: Reading<T>): Task<T> {
    const { ledger } = this.#execution;
    if (!this.#execution.mayAct(`called child workflow "${call.name}"`)) return new Task(0, call.name, reading);
    const id = ledger.nextId();
    ledger.add({ kind: 'createChildWorkflow', id, ...call });
    return this.#opened(new Task(id, call.name, reading));
  }

  event<T>(name: string, reading: Reading<T>): Task<T> {
    const task = new Task(0, name, reading);
    if (this.#execution.mayAct(`waited for event "${name}"`)) this.#execution.inbox.wait(name, task);
    return task;
  }

  openTasks(): OpenTask[] {
    return [...this.#execution.ledger.openTasks, ...this.#execution.inbox.waits()];
  }

  abandon(task: OpenTask, error?: Error): void {
    if (!task.isOpen) return;
    if (task.id === 0) this.#execution.inbox.stopWaiting(task.name, task);
    else this.#execution.ledger.close(task);
    if (!error) return;
    this.#execution.throwing(error);
    task.reject(error);
  }

  sendEvent(instanceId: string, name: string, data?: string): void {
    const { ledger } = this.#execution;
    if (!this.#execution.mayAct(`sent event "${name}"`)) return;
    ledger.add({ kind: 'sendEvent', id: ledger.nextId(), instanceId, name, ...(data === undefined ? {} : { data }) });
  }

  startDetached(call: DetachedCall): void {
    const { ledger } = this.#execution;
    if (!this.#execution.mayAct(`started "${call.instanceId}"`)) return;
    ledger.add({ kind: 'createDetachedWorkflow', id: ledger.nextId(), ...call });
  }

  continueAsNew(input: string | undefined, options: { readonly keepEvents: boolean; readonly version?: string }): void {
    const next = {
      ...(input === undefined ? {} : { input }),
      ...(options.version === undefined ? {} : { newVersion: options.version }),
    };
    this.#execution.renew({ kind: 'continueAsNew', ...next }, options.keepEvents);
  }

  setStatus(status: string | undefined): void {
    this.#execution.setStatus(status);
  }

  patched(name: string): boolean {
    return this.#execution.patched(name);
  }

  random(): number {
    return this.#seeded().fraction();
  }

  uuid(): string {
    return this.#seeded().uuid();
  }

  #seeded(): SeededRandom {
    this.#random ??= new SeededRandom(this.executionId);
    return this.#random;
  }

  #opened<T>(task: Task<T>): Task<T> {
    this.#execution.ledger.open(task);
    return task;
  }
}

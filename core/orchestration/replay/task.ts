import type { FailureDetails } from '../history-event.js';

/** Reads what a step ended with. One object per kind of call, shared by all tasks of that call. */
export interface Reading<T> {
  /** The value of a recorded result. May throw: the task is then rejected with that error. */
  value(result: string | undefined): T;
  /** The error of a recorded failure of the step `name`. `failure` is absent when a child was terminated. */
  error(failure: FailureDetails | undefined, name: string): Error;
}

/** What authoring wants to find again while a task is open. */
export interface TaskNotes {
  /** The scope that interrupts it. */
  readonly scope?: object;
  /** Which attempt of a retried call it is; 1 when absent. */
  readonly attempt?: number;
  /** The closure of a step. */
  readonly closure?: unknown;
}

/** A task as those see it who settle it. */
export interface OpenTask {
  /** Id of the action that opened it; 0 for the wait for an event, which is no action. */
  readonly id: number;
  readonly name: string;
  /** False once it was settled or given up: a result that comes later is nobody's. */
  readonly isOpen: boolean;
  /** Kept with the task by whoever opened it. */
  readonly notes?: TaskNotes;
  complete(result: string | undefined): void;
  /** Rejects with the error the failure is read as, and gives that error. */
  fail(failure: FailureDetails | undefined): Error;
  reject(error: unknown): void;
}

/** A durable promise: settled by an event of the history, and by nothing else. */
export class Task<T = unknown> implements OpenTask {
  readonly id: number;
  readonly name: string;
  notes?: TaskNotes;
  readonly promise: Promise<T>;
  readonly #reading: Reading<T>;
  #resolve: (value: T) => void = ignore;
  #reject: (error: unknown) => void = ignore;
  #isOpen = true;

  constructor(id: number, name: string, reading: Reading<T>) {
    this.id = id;
    this.name = name;
    this.#reading = reading;
    this.promise = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  complete(result: string | undefined): void {
    let value: T;
    try {
      value = this.#reading.value(result);
    } catch (error) {
      this.reject(error);
      return;
    }
    this.#isOpen = false;
    this.#resolve(value);
  }

  fail(failure: FailureDetails | undefined): Error {
    const error = this.#reading.error(failure, this.name);
    this.reject(error);
    return error;
  }

  /** A rejection is seen by whoever awaits the promise, now or much later; nobody has to. */
  reject(reason: unknown): void {
    this.#isOpen = false;
    this.promise.catch(ignore);
    this.#reject(reason);
  }
}

function ignore(): void {}

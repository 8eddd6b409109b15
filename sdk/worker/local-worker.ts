import {
  stepPrefix,
  type ActivityItem,
  type ActivityOutcome,
  type Logger,
  type TurnItem,
  type TurnOutcome,
  type Worker,
} from '../../core/index.js';
import type { AnyWorkflow } from '../authoring/definitions.js';
import { silentLogger } from './logger.js';
import { Performances } from './performances.js';
import { Registry, type Activities } from './registry.js';
import type { StickyLimits } from './sticky.js';
import { Turns } from './turns.js';

export interface LocalWorkerOptions {
  readonly workflows?: readonly AnyWorkflow[];
  readonly activities?: Activities;
  /**
   * What becomes of work nobody has registered: `wait` (default) leaves it for another worker, `fail` fails it with
   * `WorkflowNotRegistered` or `ActivityNotRegistered`.
   */
  readonly unregistered?: 'wait' | 'fail';
  /** Default: 50,000 suspended executions, 64 MB by estimate. */
  readonly sticky?: Partial<StickyLimits>;
  /** Default: silent. */
  readonly logger?: Logger;
}

const defaultSticky: StickyLimits = { maxExecutions: 50_000, maxBytes: 64 * 1024 * 1024 };

/**
 * Runs workflows and activities in this process, without a wire.
 *
 * @example
 * const worker = new LocalWorker({ workflows: [greet], activities: [hello] });
 */
export class LocalWorker implements Worker {
  readonly label = 'in process';
  readonly #registry: Registry;
  readonly #takesUnknown: boolean;
  readonly #turns: Turns;
  readonly #performances: Performances;
  #inFlight = 0;
  #isClosed = false;

  /** Throws `TypeError` for definitions that clash. */
  constructor(options: LocalWorkerOptions) {
    const logger = options.logger ?? silentLogger;
    this.#registry = new Registry(options.workflows ?? [], options.activities ?? [], logger);
    this.#takesUnknown = options.unregistered === 'fail';
    this.#turns = new Turns(this.#registry, { ...defaultSticky, ...options.sticky }, logger);
    this.#performances = new Performances(this.#registry, this.#turns, logger);
  }

  /** Turns and activities under way. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Suspended executions in memory. */
  get warmCount(): number {
    return this.#turns.warmCount;
  }

  suitsTurn(item: TurnItem): 'named' | 'any' | 'no' {
    if (this.#registry.hasWorkflow(item.workflowName)) return 'named';
    return this.#takesUnknown ? 'any' : 'no';
  }

  suitsActivity(item: ActivityItem): 'named' | 'any' | 'no' {
    if (item.name.startsWith(stepPrefix)) return this.#registry.hasWorkflow(item.workflowName) ? 'named' : 'no';
    if (this.#registry.activity(item.name)) return 'named';
    return this.#takesUnknown ? 'any' : 'no';
  }

  hasRoom(): boolean {
    return !this.#isClosed;
  }

  turn(item: TurnItem): Promise<TurnOutcome> {
    if (this.#isClosed) return Promise.resolve(stopped);
    this.#inFlight += 1;
    return this.#turns.turn(item).then((outcome) => {
      this.#inFlight -= 1;
      return outcome;
    });
  }

  activity(item: ActivityItem): Promise<ActivityOutcome> {
    if (this.#isClosed) return Promise.resolve(stopped);
    this.#inFlight += 1;
    return this.#performances.perform(item).then((outcome) => {
      this.#inFlight -= 1;
      return outcome;
    });
  }

  forget(instanceId: string, executionId: string): void {
    this.#turns.forget(instanceId, executionId);
  }

  /** Takes no more work, aborts the signals of running activities, forgets suspended executions. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#performances.close();
    this.#turns.close();
  }
}

const stopped = { kind: 'gone', reason: 'the worker has stopped' } as const;

import type { ActivityItem, Logger, TurnItem, TurnOutcome } from '../../core/index.js';
import type { TurnResponse } from '../../core/orchestration/index.js';
import { Execution, type Scheduling } from '../../core/orchestration/replay/index.js';
import { locateForeignAwait } from './diagnosis.js';
import type { Registry } from './registry.js';
import { nodeScheduling } from './scheduling.js';
import { bytesOf, catchUp, StickyCache, type StickyLimits, type Warm } from './sticky.js';
import { StrayRejections } from './stray-rejections.js';

/** Where an execution's code stands, for a step that lives in it. */
export type Standing =
  | { readonly kind: 'standing'; readonly execution: Execution }
  /** The code does not fit its history: it cannot be brought there. */
  | { readonly kind: 'misfit'; readonly description: string };

/** Makes turns: warm where the suspended code is at hand, else from the whole history. */
export class Turns {
  readonly #registry: Registry;
  readonly #sticky: StickyCache;
  readonly #strays: StrayRejections;
  readonly #scheduling: Scheduling;
  readonly #rebuilding = new Map<string, Promise<Standing>>();

  constructor(registry: Registry, limits: StickyLimits, logger: Logger) {
    this.#registry = registry;
    this.#sticky = new StickyCache(limits);
    this.#strays = new StrayRejections(logger);
    this.#scheduling = { ...nodeScheduling, throwing: (error, execution) => this.#strays.owns(error, execution) };
  }

  /** Suspended executions in memory. */
  get warmCount(): number {
    return this.#sticky.size;
  }

  /** Never rejects. */
  turn(item: TurnItem): Promise<TurnOutcome> {
    try {
      const key = keyOf(item);
      const kept = this.#sticky.get(key);
      const since = kept && catchUp(kept, item);
      const warm = kept && since ? kept : this.#cold();
      const past = since ?? (item.pastCount === 0 ? [] : item.past(0));
      warm.isBusy = true;
      warm.pastCount = item.pastCount;
      warm.fresh = item.newEvents;
      this.#sticky.touch(key, warm, bytesOf(past) + bytesOf(item.newEvents));
      this.#strays.runs(warm.execution);
      return warm.execution.turn(past, item.newEvents).then((response) => this.#answered(item, key, warm, response));
    } catch (error) {
      return Promise.resolve({ kind: 'rejected', reason: error instanceof Error ? error.message : String(error) });
    }
  }

  /** The suspended execution a work item belongs to, if it is in memory. */
  live(item: ActivityItem): Execution | undefined {
    return this.#sticky.get(keyOf(item))?.execution;
  }

  /** Brings the code to where its history stands, and keeps it for the next turn. */
  rebuild(item: ActivityItem): Promise<Standing> {
    const key = keyOf(item);
    const under = this.#rebuilding.get(key);
    if (under) return under;
    const standing = this.#rebuild(item, key).finally(() => this.#rebuilding.delete(key));
    this.#rebuilding.set(key, standing);
    return standing;
  }

  forget(instanceId: string, executionId: string): void {
    this.#sticky.drop(keyOf({ instanceId, executionId }));
  }

  close(): void {
    this.#strays.close();
    this.#sticky.clear();
  }

  #cold(): Warm {
    const execution = new Execution(this.#registry.find, this.#scheduling);
    return { execution, pastCount: 0, fresh: [], isBusy: false, bytes: 0 };
  }

  #answered(item: TurnItem, key: string, warm: Warm, response: TurnResponse): TurnOutcome | Promise<TurnOutcome> {
    warm.isBusy = false;
    const { execution } = warm;
    if ((execution.isOver || response.nonDeterminism) && this.#sticky.get(key) === warm) this.#sticky.drop(key);
    else this.#sticky.trim();
    if (response.nonDeterminism && execution.isForeign) return this.#located(item, response);
    return { kind: 'answered', response };
  }

  /** Adds the line at which the workflow awaits something foreign, by running it once more under observation. */
  async #located(item: TurnItem, response: TurnResponse): Promise<TurnOutcome> {
    const { nonDeterminism } = response;
    const place = await locateForeignAwait(this.#registry.find, [...item.past(0), ...item.newEvents]);
    if (!nonDeterminism || place === undefined) return { kind: 'answered', response };
    const description = `${nonDeterminism.description}: ${place}`;
    return { kind: 'answered', response: { ...response, nonDeterminism: { ...nonDeterminism, description } } };
  }

  async #rebuild(item: ActivityItem, key: string): Promise<Standing> {
    const history = await item.history();
    const warm = this.#cold();
    const misfit = await warm.execution.replay(history);
    if (misfit) return { kind: 'misfit', description: misfit.description };
    warm.pastCount = history.length;
    if (!warm.execution.isOver && !this.#sticky.get(key)) this.#sticky.touch(key, warm, bytesOf(history));
    return { kind: 'standing', execution: warm.execution };
  }
}

/** Execution ids are unique; an engine that gives none has one execution per instance. */
function keyOf({ instanceId, executionId }: { readonly instanceId: string; readonly executionId: string }): string {
  return executionId === '' ? instanceId : executionId;
}

import type { Committable } from './orchestration/decide.js';
import type { Fact } from './orchestration/fact.js';
import type { HistoryEvent } from './orchestration/history-event.js';
import type { State } from './orchestration/state.js';

/**
 * What an engine brings to the one loop in `driver.ts`: where history lives, who owns an instance, how a decision
 * becomes durable, and how what leaves reaches the world and comes back as a fact.
 */
export interface EnginePort {
  /**
   * Takes the instance for one turn. Every load fences the one before it: an older lease's commit is `lost`.
   * `undefined`: no such instance. Synchronous where the instance is at hand, so that a warm turn costs no promise.
   */
  load(instanceId: string): Lease | undefined | Promise<Lease | undefined>;

  /**
   * Makes the decision the instance's next state. `accepted`: the caller may go on with the next turn at once; effects
   * and answers are the port's to release, once the decision is durable. A flush that fails later takes the sticky
   * instance out of memory and reloads it, so nothing is built on what was not recorded.
   * `lost`: the lease is stale, nothing was written.
   */
  commit(lease: Lease, decision: Committable): CommitResult | Promise<CommitResult>;
}

export type CommitResult = 'accepted' | 'lost';

export interface Lease {
  readonly instanceId: string;
  /** Unguessable and never reused. */
  readonly token: string;
  /** The port's own; read-only here, and outdated by the next commit. */
  readonly state: State;
  /** Facts in arrival order. The head stays as it is while the lease holds; new facts join at the tail. */
  readonly inbox: readonly Fact[];
  /**
   * The turn's clock (epoch ms), where the engine's own history fixes it: workers must see the same time at every
   * replay. Absent: the clock of the context.
   */
  readonly nowMs?: number;
  /** Committed events `[from, to)` of the execution. */
  history(from: number, to: number): readonly HistoryEvent[];
}

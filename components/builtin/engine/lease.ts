import type { Ids, Lease } from '../../../core/index.js';
import type { Fact, HistoryEvent, State } from '../../../core/orchestration/index.js';
import type { Instance } from './instance.js';

/** A lease on an instance as it is now. Its identity fences; the token is for the worker, and made when one is asked. */
export class InstanceLease implements Lease {
  readonly instanceId: string;
  readonly state: State;
  readonly inbox: readonly Fact[];
  readonly #history: readonly HistoryEvent[];
  readonly #ids: Ids;
  #token: string | undefined;

  constructor({ instanceId, state, inbox, history }: Instance, ids: Ids) {
    this.instanceId = instanceId;
    this.state = state;
    this.inbox = inbox;
    this.#history = history;
    this.#ids = ids;
  }

  get token(): string {
    return (this.#token ??= this.#ids.token());
  }

  history(from: number, to: number): readonly HistoryEvent[] {
    return this.#history.slice(from, to);
  }
}

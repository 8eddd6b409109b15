import type { Action, TurnResponse } from '../action.js';
import type { WorkflowVersion } from '../history-event.js';

/** An answer whose `awaiting` is put into words only when somebody asks. */
export class Answer implements TurnResponse {
  readonly actions: readonly Action[];
  declare readonly customStatus?: string;
  declare readonly version?: WorkflowVersion;
  readonly #source: { readonly awaiting: readonly string[] };

  constructor(
    source: { readonly awaiting: readonly string[] },
    actions: readonly Action[],
    customStatus: string | undefined,
    version: WorkflowVersion | undefined,
  ) {
    this.#source = source;
    this.actions = actions;
    if (customStatus !== undefined) this.customStatus = customStatus;
    if (version) this.version = version;
  }

  get awaiting(): readonly string[] {
    return this.#source.awaiting;
  }
}

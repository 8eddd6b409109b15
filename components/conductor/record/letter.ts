import type { Fact } from '../../../core/orchestration/index.js';

/** A fact with where it came from. */
export interface Letter extends Fact {
  /** Key of the message that brought it; absent for a result of a branch or of the step itself. */
  readonly mail?: string;
  /** Epoch ms, by the server's clock: the order of the inbox. */
  readonly atMs: number;
  /** The execution on the server that holds the message. */
  readonly workflowId?: string;
}

/** A message that is on the server. */
export interface Mail extends Letter {
  readonly mail: string;
  readonly workflowId: string;
}

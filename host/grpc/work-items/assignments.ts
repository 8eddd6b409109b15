import type { ActivityOutcome, TurnOutcome } from '../../../core/index.js';
import type { Dialect } from '../../../proto/index.js';

/** What a completion says about the item it answers. */
export interface Claim {
  /** Empty: the worker's SDK echoes none. */
  readonly token: string;
  readonly instanceId: string;
  /** Absent: a turn. */
  readonly taskId?: number | undefined;
  /** Connection the completion came on. */
  readonly peer: string;
}

/** A stream that holds items, as matching sees it. */
export interface Holder {
  /** For logs. */
  readonly label: string;
  readonly peer: string;
  /** How its completions are to be read. */
  readonly dialect: Dialect;
  /** Whether completions of this stream carry tokens; unknown until the first one. */
  echoesTokens: boolean | undefined;
}

/** One item in a stream's hands, from the offer until it is answered or its stream is gone. */
export type Assignment = TurnAssignment | ActivityAssignment;

interface AssignmentBase {
  readonly token: string;
  readonly instanceId: string;
  readonly component: string;
  readonly holder: Holder;
  /** Puts the item on the wire. Called once: now, or when the item before it in its lane is answered. */
  send(): void;
}

export interface TurnAssignment extends AssignmentBase {
  readonly kind: 'turn';
  readonly taskId?: undefined;
  settle(outcome: TurnOutcome): void;
}

export interface ActivityAssignment extends AssignmentBase {
  readonly kind: 'activity';
  readonly taskId: number;
  settle(outcome: ActivityOutcome): void;
}

/** Why a completion was not applied. The wire answers OK all the same: SDKs rely on it. */
export type IgnoredReason = 'wrong token' | 'unknown item' | 'stream was gone';

/**
 * Which item a completion answers, over all streams of a door. With a token there is no doubt. A worker that echoes none
 * names only the instance (and task), so for such workers at most one item of a name is out at a time, whichever
 * component or generation it belongs to: the next one waits in the lane until the first is answered or lost.
 */
export class Assignments {
  readonly #byToken = new Map<string, Assignment>();
  /** First: out on the wire. Others wait for it. Only items of streams not known to echo tokens. */
  readonly #lanes = new Map<string, Assignment[]>();
  /**
   * Lanes a stream left unanswered while its connection stayed: by peer. A late completion on that connection belongs to
   * the lost item, not to the one that was handed to somebody else since.
   */
  readonly #lost = new Map<string, Set<string>>();

  get size(): number {
    return this.#byToken.size;
  }

  /** Takes the item in, and sends it unless another one of its name must be answered first. */
  add(assignment: Assignment): void {
    this.#byToken.set(assignment.token, assignment);
    if (assignment.holder.echoesTokens) {
      assignment.send();
      return;
    }
    const key = laneOf(assignment);
    const lane = this.#lanes.get(key);
    if (lane) {
      lane.push(assignment);
      return;
    }
    this.#lanes.set(key, [assignment]);
    assignment.send();
  }

  /** Takes out the item a completion answers; a reason when there is none. */
  take(claim: Claim): Assignment | IgnoredReason {
    return claim.token === '' ? this.#takeByName(claim) : this.#takeByToken(claim);
  }

  /** Takes an item out: it was answered, or cannot be sent. */
  remove(assignment: Assignment): void {
    if (!this.#byToken.delete(assignment.token)) return;
    const key = laneOf(assignment);
    const lane = this.#lanes.get(key);
    const index = lane?.indexOf(assignment) ?? -1;
    if (!lane || index < 0) return;
    lane.splice(index, 1);
    if (lane.length === 0) this.#lanes.delete(key);
    else if (index === 0) lane[0]?.send();
  }

  /** Takes out a stream's item because the stream has ended; a late completion of it is not taken for another's. */
  lose(assignment: Assignment): void {
    const { holder } = assignment;
    const key = laneOf(assignment);
    if (!holder.echoesTokens && this.#lanes.get(key)?.[0] === assignment) {
      const lost = this.#lost.get(holder.peer);
      if (lost) lost.add(key);
      else this.#lost.set(holder.peer, new Set([key]));
    }
    this.remove(assignment);
  }

  /** Nothing more comes on a connection that has ended. */
  forgetPeer(peer: string): void {
    this.#lost.delete(peer);
  }

  /** The component whose turn of the instance is in the hands of a worker on this connection. */
  componentOfTurn(peer: string, instanceId: string): string | undefined {
    for (const assignment of this.#byToken.values()) {
      if (assignment.instanceId !== instanceId || assignment.kind !== 'turn') continue;
      if (assignment.holder.peer === peer) return assignment.component;
    }
    return undefined;
  }

  #takeByToken(claim: Claim): Assignment | IgnoredReason {
    const found = this.#byToken.get(claim.token);
    if (!found || found.instanceId !== claim.instanceId || found.taskId !== claim.taskId) return 'wrong token';
    found.holder.echoesTokens = true;
    this.remove(found);
    return found;
  }

  #takeByName(claim: Claim): Assignment | IgnoredReason {
    const key = laneOf(claim);
    const current = this.#lanes.get(key)?.[0];
    const lost = this.#lost.get(claim.peer);
    if (lost?.has(key) && current?.holder.peer !== claim.peer) {
      lost.delete(key);
      return 'stream was gone';
    }
    if (!current) return 'unknown item';
    current.holder.echoesTokens = false;
    this.remove(current);
    return current;
  }
}

/** Never taken apart; the first part holds no newline, so two names never share a lane. */
function laneOf({ instanceId, taskId }: Pick<Claim, 'instanceId' | 'taskId'>): string {
  return `${taskId ?? 'turn'}\n${instanceId}`;
}

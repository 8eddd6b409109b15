import { assertNever } from '../../../core/assert.js';
import type { ComponentContext, ExecutionIdentity } from '../../../core/index.js';
import {
  childIdTaken,
  childResult,
  eventRaised,
  terminated,
  type ChildStart,
  type Effect,
  type InboxEvent,
  type ParentLink,
  type Closing,
} from '../../../core/orchestration/index.js';
import { timerKey, type Instance } from './instance.js';
import type { TimerKey } from '../store/store.js';

export type RunActivity = Extract<Effect, { kind: 'runActivity' }>;

/** What effects need of the engine. Everything here joins the group of the decision they come from. */
export interface EffectTarget {
  /** The instance of that id, wherever it is. */
  find(instanceId: string): Instance | undefined;
  /** Begins an instance. False: the id is taken. */
  beginIfFree(start: ChildStart): boolean;
  post(instance: Instance, event: InboxEvent, generation?: number): void;
  arm(instance: Instance, key: TimerKey): void;
  /** Once the group is durable. */
  runActivity(from: ExecutionIdentity, effect: RunActivity): void;
  /** Whether one more raised event fits in. */
  hasRoom(instance: Instance): boolean;
}

/** Sends effects on their way: inside the store as facts of other instances, outside only after the flush. */
export class EffectRelease {
  readonly #target: EffectTarget;
  readonly #context: ComponentContext;

  constructor(target: EffectTarget, context: ComponentContext) {
    this.#target = target;
    this.#context = context;
  }

  /** `from`: the execution that decided the effect; after a new generation it is not the instance's any more. */
  release(instance: Instance, from: ExecutionIdentity, effect: Effect): void {
    switch (effect.kind) {
      case 'runActivity':
        return this.#target.runActivity(from, effect);
      case 'armTimer':
        return this.#target.arm(instance, timerKey(instance.no, effect.timerId, effect.fireAt));
      case 'dropTimers':
        // The ledger has dropped them with the decision.
        return;
      case 'startChild':
        return this.#startChild(instance, from, effect.taskId, effect.start);
      case 'startDetached':
        return this.#startDetached(instance, effect.start);
      case 'sendEvent':
        return this.#sendEvent(instance, effect);
      case 'terminateOther':
        return this.#terminateOther(effect.instanceId, effect.output, effect.recurse);
      case 'reportToParent':
        return this.#report(effect.parent, effect.outcome);
      default:
        return assertNever(effect);
    }
  }

  #startChild(parent: Instance, from: ExecutionIdentity, taskId: number, start: ChildStart): void {
    if (this.#target.beginIfFree(start) || isSameCall(this.#target.find(start.instanceId), start.parent)) return;
    this.#target.post(parent, childIdTaken(taskId, start.instanceId, this.#context.clock.now()), from.generation);
  }

  #startDetached(instance: Instance, start: ChildStart): void {
    if (this.#target.beginIfFree(start)) return;
    const { instanceId } = instance;
    this.#context.logger.warn(
      { instanceId, detachedId: start.instanceId },
      'a detached workflow was not begun: its id is taken',
    );
  }

  #sendEvent(sender: Instance, effect: Extract<Effect, { kind: 'sendEvent' }>): void {
    const receiver = this.#target.find(effect.instanceId);
    if (receiver && this.#target.hasRoom(receiver)) {
      return this.#target.post(receiver, eventRaised(effect.name, effect.data, this.#context.clock.now()));
    }
    const { instanceId } = sender;
    this.#context.logger.warn(
      { instanceId, receiverId: effect.instanceId },
      'a sent event found no receiver with room for it',
    );
  }

  #terminateOther(instanceId: string, output: string | undefined, recurse: boolean): void {
    const other = this.#target.find(instanceId);
    if (other) this.#target.post(other, terminated(output, recurse, this.#context.clock.now()));
  }

  /** Only to the execution that made the call: a later run under the parent's id is not the parent. */
  #report(link: ParentLink, outcome: Closing): void {
    const parent = this.#target.find(link.instanceId);
    if (!parent || parent.state.started?.executionId !== link.executionId) {
      this.#context.metrics.count('wfhost_facts_dropped_total', { kind: 'childResult', why: 'parent is gone' });
      return;
    }
    const event = childResult(link.taskId, outcome, this.#context.clock.now());
    this.#target.post(parent, event, parent.state.generation);
  }
}

/** The child is there because this very call has made it before. */
function isSameCall(child: Instance | undefined, call: ParentLink | undefined): boolean {
  const start = child?.state.started ?? child?.inbox.find(({ event }) => event.kind === 'executionStarted')?.event;
  const made = start?.kind === 'executionStarted' ? start.parent : undefined;
  return (
    made !== undefined &&
    made.instanceId === call?.instanceId &&
    made.executionId === call.executionId &&
    made.taskId === call.taskId
  );
}

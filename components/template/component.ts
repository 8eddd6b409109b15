import {
  ActivityDispatcher,
  Driver,
  Waiters,
  isLive,
  listPage,
  ownedOperations,
  type ComponentContext,
  type ComponentFactory,
  type Lease,
  type WorkflowComponent,
  type WorkflowInstance,
} from '../../core/index.js';
import * as model from '../../core/orchestration/index.js';
import { manifest } from './manifest.js';

/**
 * A whole workflow engine in memory: copy this folder to begin your own. Nothing here knows a rule of workflows: what
 * happens is decided by `core/orchestration`, in the order `core/driver.ts` asks for. An engine brings four things:
 * where history lives (`Instance`), who owns an instance (`token`), how a decision becomes durable (`commit`), and how
 * effects reach the world (`release`) and come back as facts (`post`).
 */
interface Instance {
  state: model.State;
  history: model.HistoryEvent[];
  inbox: model.Fact[];
  /** The lease of the newest load; an older one is stale. */
  token: string;
  /** Cancels what the clock holds for it. */
  timers: (() => void)[];
}

export const factory: ComponentFactory = {
  type: manifest.type,
  version: manifest.version,
  configSchema: { type: 'object', properties: {}, additionalProperties: false },
  create: (_spec, context) => createTemplate(context),
};

function createTemplate(context: ComponentContext): WorkflowComponent {
  const { clock, ids } = context;
  const instances = new Map<string, Instance>();
  const driver = new Driver({ load, commit }, context);
  const waiters = new Waiters(view);
  const activities = new ActivityDispatcher({
    component: context.name,
    workers: context.workers,
    newToken: () => ids.token(),
    settled: (order, result) =>
      post(order.instanceId, model.activityResult(order, result, clock.now()), order.generation, order.executionId),
    poisoned: (order, reason) => {
      const instance = instances.get(order.instanceId);
      if (instance)
        apply(instance, model.stall(instance.state, 'POISONED', `activity ${order.name}: ${reason}`, clock.now()));
    },
  });
  let stamp = 0;

  // --- The port: who owns an instance, and how a decision becomes its next state ---

  function load(instanceId: string): Lease | undefined {
    const instance = instances.get(instanceId);
    if (!instance) return undefined;
    instance.token = ids.token();
    const { state, inbox, token } = instance;
    return { instanceId, token, state, inbox, history: (from, to) => instance.history.slice(from, to) };
  }

  function commit(lease: Lease, decision: model.Committable): 'accepted' | 'lost' {
    const instance = instances.get(lease.instanceId);
    if (instance?.token !== lease.token) return 'lost';
    apply(instance, decision);
    return 'accepted';
  }

  /** All or nothing. In memory it is as durable as it gets, so effects leave at once; a store lets them go after its flush. */
  function apply(instance: Instance, decision: model.Committable): void {
    const from = instance.state;
    instance.state = model.advance(from, decision);
    if (decision.kind === 'newGeneration') instance.history = [];
    else instance.history.push(...decision.append);
    if (decision.kind !== 'stall') {
      const carry = decision.kind === 'newGeneration' ? decision.carry : [];
      instance.inbox = [...carry, ...instance.inbox.slice(decision.taken)];
      for (const effect of decision.effects) release(instance, from, effect);
    }
    waiters.changed(from.instanceId);
  }

  // --- Effects out, facts in ---

  function release(instance: Instance, from: model.State, effect: model.Effect): void {
    const { instanceId, generation } = from;
    const executionId = (from.started ?? instance.state.started)?.executionId;
    const now = clock.now();
    switch (effect.kind) {
      case 'runActivity':
        return activities.dispatch(from.started ? from : instance.state, effect, async () => history(instanceId));
      case 'armTimer': {
        const { timerId, fireAt } = effect;
        const fire = (): void =>
          post(instanceId, model.timerFired(timerId, fireAt, clock.now()), generation, executionId);
        instance.timers.push(clock.at(fireAt.ms, fire));
        return;
      }
      case 'dropTimers':
        for (const cancel of instance.timers.splice(0)) cancel();
        return;
      case 'startChild':
        if (!isLive(view(effect.start.instanceId))) return begin(effect.start);
        return post(instanceId, model.childIdTaken(effect.taskId, effect.start.instanceId, now), generation);
      case 'startDetached':
        return isLive(view(effect.start.instanceId)) ? undefined : begin(effect.start);
      case 'sendEvent':
        return post(effect.instanceId, model.eventRaised(effect.name, effect.data, now));
      case 'terminateOther':
        return post(effect.instanceId, model.terminated(effect.output, effect.recurse, now));
      case 'reportToParent': {
        const { parent, outcome } = effect;
        const current = instances.get(parent.instanceId)?.state.generation;
        return post(parent.instanceId, model.childResult(parent.taskId, outcome, now), current, parent.executionId);
      }
    }
  }

  /** Puts a fact into an inbox. With an `executionId`, only into that execution's: a later run under the id is another one. */
  function post(
    instanceId: string,
    event: model.InboxEvent,
    generation = model.anyGeneration,
    executionId?: string,
  ): void {
    const instance = instances.get(instanceId);
    if (!instance || (executionId !== undefined && instance.state.started?.executionId !== executionId)) return;
    instance.inbox.push({ event, generation, stamp: (stamp += 1) });
    driver.wake(instanceId, { urgent: event.kind === 'executionTerminated' });
    waiters.changed(instanceId);
  }

  function add(instanceId: string): Instance {
    removeOne(instanceId);
    const instance: Instance = { state: model.createState(instanceId), history: [], inbox: [], token: '', timers: [] };
    instances.set(instanceId, instance);
    return instance;
  }
  function begin({ instanceId, ...start }: model.ChildStart): void {
    const { timers } = add(instanceId);
    const identity = { instanceId, executionId: ids.executionId(), generation: 0, timestampMs: clock.now() };
    post(instanceId, model.executionStarted({ ...identity, ...start }), 0);
    const { scheduledStartMs } = start;
    if (scheduledStartMs !== undefined) timers.push(clock.at(scheduledStartMs, () => driver.wake(instanceId)));
  }
  function beginSeeded({ instanceId, history, effects }: model.Seed): void {
    apply(add(instanceId), { kind: 'advance', taken: 0, append: history, effects });
  }
  function removeOne(instanceId: string): boolean {
    for (const cancel of instances.get(instanceId)?.timers ?? []) cancel();
    driver.forget(instanceId);
    activities.forget(instanceId);
    return instances.delete(instanceId);
  }

  // --- Management: the verdict table says what an operation means in a status ---

  function view(instanceId: string): WorkflowInstance | undefined {
    const instance = instances.get(instanceId);
    return instance && model.describe(instance.state, instance.inbox);
  }
  const tree: model.TreeLookup = (instanceId) => {
    const status = view(instanceId)?.status;
    return status && { status, children: instances.get(instanceId)?.state.children ?? [] };
  };
  const remove = (removed: readonly string[]): number => removed.filter(removeOne).length;
  const history = (instanceId: string): readonly model.HistoryEvent[] => [
    ...(instances.get(instanceId)?.history ?? []),
  ];
  const owned = ownedOperations({ clock, ids, view, history, tree, begin, beginSeeded, post, remove });

  return {
    manifest,
    ...owned,
    optional: {
      history: owned.history,
      rerun: owned.rerun,
      list: async (request) =>
        listPage(
          [...instances.keys()].flatMap((id) => view(id) ?? []),
          request,
        ),
      wait: (request, signal) => waiters.wait(request, signal),
    },
    init: async () => undefined,
    health: () => ({ ready: true }),
    close: async () => {
      driver.close();
      activities.close();
      remove([...instances.keys()]);
    },
  };
}

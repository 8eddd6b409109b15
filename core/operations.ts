import type { OptionalOperations } from './capabilities.js';
import type { Clock, Ids } from './component-spec.js';
import { WorkflowError } from './errors.js';
import { isClosed, type WorkflowInstance } from './instance.js';
import type { ListRequest, ListResponse } from './requests.js';
import type { ChildStart } from './orchestration/effect.js';
import type { InboxEvent } from './orchestration/fact.js';
import type { HistoryEvent } from './orchestration/history-event.js';
import { eventRaised, resumed, suspended, terminated } from './orchestration/inbox-event.js';
import { planRerun, type Seed } from './orchestration/rerun.js';
import { checkIdReusable, liveDescendants, purgePlan, type TreeLookup } from './orchestration/tree.js';
import { judge, type JudgedOperation } from './orchestration/verdict.js';
import type { WorkflowComponent } from './workflow-component.js';

/** How the management operations reach the instances of an engine that owns them. Promises settle when durable. */
export interface InstanceAccess {
  readonly clock: Clock;
  readonly ids: Ids;
  /** As `get` shows it; undefined: no such instance. */
  view(instanceId: string): WorkflowInstance | undefined;
  /** Committed events of the current generation. */
  history(instanceId: string): readonly HistoryEvent[];
  readonly tree: TreeLookup;
  /** Records a new instance in place of a closed one, and wakes it. */
  begin(start: ChildStart): void | Promise<void>;
  /** Records an instance that begins with a history, and lets the seed's effects leave. */
  beginSeeded(seed: Seed): void | Promise<void>;
  /** Puts the fact into the inbox and wakes the instance. */
  post(instanceId: string, event: InboxEvent): void | Promise<void>;
  /** Removes all of them, all or nothing, in this order; returns how many there were. */
  remove(instanceIds: readonly string[]): number | Promise<number>;
}

export type OwnedOperations = Pick<
  WorkflowComponent,
  'start' | 'get' | 'raiseEvent' | 'suspend' | 'resume' | 'terminate' | 'purge'
> &
  Required<Pick<OptionalOperations, 'history' | 'rerun'>>;

/**
 * The management operations of an engine that owns its instances: the verdict table says what an operation means in a
 * status, and only what it accepts is recorded. Check and record happen without a pause in between, so of concurrent
 * identical starts exactly one wins.
 */
export function ownedOperations(access: InstanceAccess): OwnedOperations {
  const { clock, ids, tree } = access;
  const operate = async (operation: JudgedOperation, instanceId: string, event: InboxEvent): Promise<void> => {
    if (judge(operation, instanceId, access.view(instanceId))) await access.post(instanceId, event);
  };
  return {
    start: async ({ instanceId, workflowName: name, enforceUniqueId, options: _options, ...rest }) => {
      const earlier = access.view(instanceId);
      judge('start', instanceId, earlier);
      if (earlier && enforceUniqueId) throw new WorkflowError('ERR_INSTANCE_EXISTS', { instanceId });
      checkIdReusable(instanceId, tree);
      await access.begin({ instanceId, name, ...rest });
      return { instanceId };
    },
    get: async ({ instanceId }) => existing(access.view(instanceId), instanceId),
    history: async ({ instanceId }) => {
      existing(access.view(instanceId), instanceId);
      return { events: access.history(instanceId) };
    },
    raiseEvent: ({ instanceId, eventName, data }) =>
      operate('raiseEvent', instanceId, eventRaised(eventName, data, clock.now())),
    suspend: ({ instanceId, reason }) => operate('suspend', instanceId, suspended(reason, clock.now())),
    resume: ({ instanceId, reason }) => operate('resume', instanceId, resumed(reason, clock.now())),
    terminate: async ({ instanceId, output, recursive }) => {
      const event = terminated(output, recursive, clock.now());
      if (judge('terminate', instanceId, access.view(instanceId))) return access.post(instanceId, event);
      // Already closed: a repeat walks on to children that are live, for instance after half a cascade.
      const live = recursive ? liveDescendants(instanceId, tree) : [];
      await Promise.all(live.map(async (id) => access.post(id, terminated(undefined, true, clock.now()))));
    },
    purge: async (request) => {
      existing(access.view(request.instanceId), request.instanceId);
      return { deletedCount: await access.remove(purgePlan(request, tree)) };
    },
    rerun: async (request) => {
      const { sourceInstanceId, newInstanceId = ids.uuid() } = request;
      judge('rerun', sourceInstanceId, access.view(sourceInstanceId));
      const source = access.history(sourceInstanceId);
      const seed = planRerun(source, { ...request, newInstanceId }, { executionId: ids.executionId() });
      if (access.view(newInstanceId)) throw new WorkflowError('ERR_RERUN_TARGET_EXISTS', { instanceId: newInstanceId });
      await access.beginSeeded(seed);
      return { newInstanceId };
    },
  };
}

/** The instance, or `ERR_INSTANCE_NOT_FOUND`. */
export function existing<T>(instance: T | undefined, instanceId: string): T {
  if (instance === undefined) throw new WorkflowError('ERR_INSTANCE_NOT_FOUND', { instanceId });
  return instance;
}

/** Whether there is such an instance and it has not ended. */
export function isLive(view: WorkflowInstance | undefined): boolean {
  return view !== undefined && !isClosed(view.status);
}

/** One page of instances held in memory, oldest first. The token is the id of the last instance of the page before. */
export function listPage(all: readonly WorkflowInstance[], request: ListRequest): ListResponse {
  const { continuationToken: token, pageSize } = request;
  const last = token === undefined ? -1 : all.findIndex((one) => one.instanceId === token);
  if (token !== undefined && last < 0) throw new WorkflowError('ERR_CONTINUATION_TOKEN_INVALID', { token });
  const matching = all.slice(last + 1).filter((one) => matches(one, request));
  const page = matching.slice(0, pageSize);
  const next = matching.length > pageSize ? page.at(-1) : undefined;
  return { instances: page, ...(next ? { continuationToken: next.instanceId } : {}) };
}

function matches(one: WorkflowInstance, request: ListRequest): boolean {
  const { statuses, workflowName, instanceIdPrefix = '', createdFromMs = -Infinity, createdToMs = Infinity } = request;
  return (
    (!statuses || statuses.includes(one.status)) &&
    (workflowName === undefined || one.workflowName === workflowName) &&
    one.instanceId.startsWith(instanceIdPrefix) &&
    one.createdAtMs >= createdFromMs &&
    one.createdAtMs <= createdToMs
  );
}

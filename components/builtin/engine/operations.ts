import {
  WorkflowError,
  existing,
  isClosed,
  ownedOperations,
  runtimeStatuses,
  type ComponentContext,
  type InstanceSummary,
  type ListRequest,
  type ListResponse,
  type OwnedOperations,
  type PurgeFilter,
  type PurgeRequest,
  type PurgeResponse,
  type ResumeRequest,
} from '../../../core/index.js';
import { purgePlan, resumed, type InboxEvent } from '../../../core/orchestration/index.js';
import type { InstanceRow, Store } from '../store/store.js';
import { assertInboxRoom } from './bounds.js';
import type { Engine } from './engine.js';
import { pageToken, readPageToken } from './page-token.js';

/** Instances a purge by filter removes with one group. */
const purgePage = 250;

const closedStatuses = runtimeStatuses.filter(isClosed);

export interface Operations extends OwnedOperations {
  list(request: ListRequest): Promise<ListResponse>;
  purgeByFilter(filter: PurgeFilter): Promise<PurgeResponse>;
}

/**
 * The management operations over the engine. What an operation means is `core`'s; here it is made sure that an answer
 * is durable, also one that says "already so", and that reads show nothing that might still be lost.
 */
export function createOperations(engine: Engine, store: Store, context: ComponentContext): Operations {
  const { writer, views } = engine;
  const { clock, ids } = context;

  async function post(instanceId: string, event: InboxEvent): Promise<void> {
    writer.assertReady();
    const instance = existing(engine.find(instanceId), instanceId);
    if (event.kind === 'eventRaised') assertInboxRoom(instance);
    engine.post(instance, event);
    await writer.durable();
  }

  const owned = ownedOperations({
    clock,
    ids,
    view: (instanceId) => views.of(instanceId),
    history: (instanceId) => views.history(instanceId),
    tree: (instanceId) => views.treeNode(instanceId),
    begin: (start) => {
      engine.begin(start);
      return writer.durable();
    },
    beginSeeded: (seed) => {
      engine.beginSeeded(seed);
      return writer.durable();
    },
    post,
    remove: async (instanceIds) => {
      const count = engine.remove(instanceIds);
      await writer.durable();
      return count;
    },
  });

  /** An answer that records nothing still speaks of what was decided before it. */
  function settled<R extends { readonly instanceId: string }>(
    operation: (request: R) => Promise<void>,
  ): (request: R) => Promise<void> {
    return async (request) => {
      await operation(request);
      await views.whenDurable(request.instanceId, () => undefined);
    };
  }

  /** Resuming a poisoned instance means to try it again, once whatever broke its workers is mended. */
  async function resume(request: ResumeRequest): Promise<void> {
    const instance = engine.find(request.instanceId);
    if (instance?.state.stalled?.reason !== 'POISONED') return owned.resume(request);
    writer.assertReady();
    if (instance.state.suspended) engine.post(instance, resumed(request.reason, clock.now()));
    engine.retry(instance);
    await writer.durable();
  }

  async function purge(request: PurgeRequest): Promise<PurgeResponse> {
    if (!request.force || isReadable(request.instanceId)) return owned.purge(request);
    const deletedCount = engine.remove([request.instanceId]);
    await writer.durable();
    return { deletedCount };
  }

  function isReadable(instanceId: string): boolean {
    try {
      views.of(instanceId);
      return true;
    } catch (error) {
      if (WorkflowError.from(error).code !== 'ERR_HISTORY_CORRUPT') throw error;
      return false;
    }
  }

  async function list(request: ListRequest): Promise<ListResponse> {
    const { pageSize, continuationToken, ...filter } = request;
    const afterNo = continuationToken === undefined ? 0 : readPageToken(store.storeId, continuationToken);
    writer.saveAll();
    const rows = store.list({ ...filter, afterNo, limit: pageSize + 1 });
    const page = rows.slice(0, pageSize);
    const last = rows.length > pageSize ? page.at(-1) : undefined;
    const instances = page.map(summaryOf);
    return last ? { instances, continuationToken: pageToken(store.storeId, last.no) } : { instances };
  }

  async function purgeByFilter({ recursive, statuses, ...filter }: PurgeFilter): Promise<PurgeResponse> {
    const wanted = statuses ? statuses.filter(isClosed) : closedStatuses;
    let deletedCount = 0;
    for (let afterNo = 0; ;) {
      writer.saveAll();
      const rows = store.list({ ...filter, statuses: wanted, afterNo, limit: purgePage });
      for (const { instanceId } of rows) deletedCount += removeClosed(instanceId, recursive);
      await writer.durable();
      const last = rows.at(-1);
      if (!last || rows.length < purgePage) return { deletedCount };
      afterNo = last.no;
    }
  }

  /** An instance whose family is still at work is passed over. */
  function removeClosed(instanceId: string, recursive: boolean): number {
    try {
      return engine.remove(purgePlan({ instanceId, recursive, force: false }, (id) => views.treeNode(id)));
    } catch (error) {
      if (WorkflowError.from(error).code === 'ERR_INSTANCE_NOT_CLOSED') return 0;
      throw error;
    }
  }

  return {
    ...owned,
    get: ({ instanceId }) => views.whenDurable(instanceId, () => existing(views.of(instanceId), instanceId)),
    history: ({ instanceId }) =>
      views.whenDurable(instanceId, () => {
        existing(views.of(instanceId), instanceId);
        return { events: views.history(instanceId) };
      }),
    raiseEvent: settled(owned.raiseEvent),
    suspend: settled(owned.suspend),
    resume: settled(resume),
    terminate: settled(owned.terminate),
    purge,
    list,
    purgeByFilter,
  };
}

function summaryOf(row: InstanceRow): InstanceSummary {
  const { instanceId, workflowName, status, createdAtMs, lastUpdatedAtMs, completedAtMs, parentInstanceId } = row;
  return {
    instanceId,
    workflowName,
    status,
    createdAtMs,
    lastUpdatedAtMs,
    ...(completedAtMs === undefined ? {} : { completedAtMs }),
    ...(parentInstanceId === undefined ? {} : { parentInstanceId }),
  };
}

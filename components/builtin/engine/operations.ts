import {
  WorkflowError,
  existing,
  isClosed,
  ownedOperations,
  runtimeStatuses,
  summaryOf,
  type ComponentContext,
  type GetRequest,
  type HistoryRequest,
  type HistoryResponse,
  type ListRequest,
  type ListResponse,
  type OwnedOperations,
  type PurgeFilter,
  type PurgeRequest,
  type PurgeResponse,
  type RaiseEventRequest,
  type RerunRequest,
  type RerunResponse,
  type ResumeRequest,
  type StartRequest,
  type StartResponse,
  type SuspendRequest,
  type TerminateRequest,
  type WorkflowInstance,
} from '../../../core/index.js';
import { purgePlan, resumed, type InboxEvent } from '../../../core/orchestration/index.js';
import type { InstanceRow, RowQuery, Store } from '../store/store.js';
import { assertInboxRoom } from './bounds.js';
import type { Engine } from './engine.js';
import { pageToken, readPageToken } from './page-token.js';

/** Instances a purge by filter looks at with one group. */
const purgePage = 250;

const closedStatuses = runtimeStatuses.filter(isClosed);

/**
 * The management operations over the engine. What an operation means is `core`'s; here it is made sure that an answer
 * is durable, also one that says "already so", and that reads show nothing that might still be lost.
 */
export class Operations implements OwnedOperations {
  readonly #engine: Engine;
  readonly #store: Store;
  readonly #context: ComponentContext;
  readonly #owned: OwnedOperations;

  constructor(engine: Engine, store: Store, context: ComponentContext) {
    this.#engine = engine;
    this.#store = store;
    this.#context = context;
    const { views } = engine;
    this.#owned = ownedOperations({
      clock: context.clock,
      ids: context.ids,
      view: (instanceId) => views.of(instanceId),
      history: (instanceId) => views.history(instanceId),
      tree: (instanceId) => views.treeNode(instanceId),
      begin: (start) => this.#recorded(() => engine.begin(start)),
      beginSeeded: (seed) => this.#recorded(() => engine.beginSeeded(seed)),
      post: (instanceId, event) => this.#recorded(() => this.#post(instanceId, event)),
      remove: (instanceIds) => this.#recorded(() => engine.remove(instanceIds)),
    });
  }

  /** Does it, and answers when it is durable. Throws `ERR_STORE_UNAVAILABLE`. */
  async #recorded<T>(change: () => T): Promise<T> {
    const { writer } = this.#engine;
    writer.assertReady();
    const answer = change();
    await writer.durable();
    return answer;
  }

  #post(instanceId: string, event: InboxEvent): void {
    const instance = existing(this.#engine.find(instanceId), instanceId);
    if (event.kind === 'eventRaised') assertInboxRoom(instance);
    this.#engine.post(instance, event);
  }

  /** A refusal speaks of the instance that has the id, so that one must be durable before it is told. */
  async start(request: StartRequest): Promise<StartResponse> {
    try {
      return await this.#owned.start(request);
    } catch (error) {
      await this.#engine.views.whenDurable(request.instanceId, () => undefined);
      throw error;
    }
  }

  get({ instanceId }: GetRequest): Promise<WorkflowInstance> {
    const { views } = this.#engine;
    return views.whenDurable(instanceId, () => existing(views.of(instanceId), instanceId));
  }

  history({ instanceId }: HistoryRequest): Promise<HistoryResponse> {
    const { views } = this.#engine;
    return views.whenDurable(instanceId, () => {
      existing(views.of(instanceId), instanceId);
      return { events: views.history(instanceId) };
    });
  }

  raiseEvent(request: RaiseEventRequest): Promise<void> {
    return this.#settled(request, this.#owned.raiseEvent(request));
  }

  suspend(request: SuspendRequest): Promise<void> {
    return this.#settled(request, this.#owned.suspend(request));
  }

  resume(request: ResumeRequest): Promise<void> {
    const instance = this.#engine.find(request.instanceId);
    const isPoisoned = instance?.state.stalled?.reason === 'POISONED';
    return isPoisoned
      ? this.#recorded(() => this.#tryAgain(request))
      : this.#settled(request, this.#owned.resume(request));
  }

  /** Resuming a poisoned instance hands out its work again, once whatever broke its workers is mended. */
  #tryAgain({ instanceId, reason }: ResumeRequest): void {
    const instance = existing(this.#engine.find(instanceId), instanceId);
    if (instance.state.suspended) this.#engine.post(instance, resumed(reason, this.#context.clock.now()));
    this.#engine.retry(instance);
  }

  terminate(request: TerminateRequest): Promise<void> {
    return this.#settled(request, this.#owned.terminate(request));
  }

  /** An answer that recorded nothing still speaks of what was decided before it. */
  async #settled({ instanceId }: { readonly instanceId: string }, operation: Promise<void>): Promise<void> {
    await operation;
    await this.#engine.views.whenDurable(instanceId, () => undefined);
  }

  async purge(request: PurgeRequest): Promise<PurgeResponse> {
    const { instanceId, force } = request;
    if (!force || this.#isReadable(instanceId)) return this.#owned.purge(request);
    return { deletedCount: await this.#recorded(() => this.#engine.remove([instanceId])) };
  }

  #isReadable(instanceId: string): boolean {
    try {
      this.#engine.views.of(instanceId);
      return true;
    } catch (error) {
      if (WorkflowError.from(error).code !== 'ERR_HISTORY_CORRUPT') throw error;
      return false;
    }
  }

  rerun(request: RerunRequest): Promise<RerunResponse> {
    return this.#owned.rerun(request);
  }

  async list(request: ListRequest): Promise<ListResponse> {
    const { pageSize, continuationToken, ...filter } = request;
    const { storeId } = this.#store;
    const afterNo = continuationToken === undefined ? 0 : readPageToken(storeId, continuationToken);
    const rows = this.#rows({ ...filter, afterNo, limit: pageSize + 1 });
    const page = rows.slice(0, pageSize);
    const last = rows.length > pageSize ? page.at(-1) : undefined;
    const instances = page.map(summaryOf);
    return last ? { instances, continuationToken: pageToken(storeId, last.no) } : { instances };
  }

  async purgeByFilter({ recursive, statuses, ...filter }: PurgeFilter): Promise<PurgeResponse> {
    const { writer } = this.#engine;
    const wanted = statuses ? statuses.filter(isClosed) : closedStatuses;
    let deletedCount = 0;
    for (let afterNo = 0; ;) {
      const rows = this.#rows({ ...filter, statuses: wanted, afterNo, limit: purgePage });
      for (const { instanceId } of rows) deletedCount += this.#removeClosed(instanceId, recursive);
      await writer.durable();
      const last = rows.at(-1);
      if (!last || rows.length < purgePage) return { deletedCount };
      afterNo = last.no;
    }
  }

  /** What the store knows, once it knows everything. */
  #rows(query: RowQuery): InstanceRow[] {
    this.#engine.writer.saveAll();
    try {
      return this.#store.list(query);
    } catch (error) {
      throw WorkflowError.from(error, 'ERR_STORE_UNAVAILABLE');
    }
  }

  /** An instance whose family is still at work is passed over. */
  #removeClosed(instanceId: string, recursive: boolean): number {
    const { views } = this.#engine;
    try {
      const plan = purgePlan({ instanceId, recursive, force: false }, (id) => views.treeNode(id));
      return this.#engine.remove(plan);
    } catch (error) {
      if (WorkflowError.from(error).code === 'ERR_INSTANCE_NOT_CLOSED') return 0;
      throw error;
    }
  }
}

import {
  WorkflowError,
  existing,
  isClosed,
  ownedOperations,
  runtimeStatuses,
  summaryOf,
  type ComponentContext,
  type InstanceSummary,
  type ListRequest,
  type ListResponse,
  type OwnedOperations,
  type StartRequest,
  type StartResponse,
  type WaitRequest,
  type WorkflowComponent,
  type WorkflowInstance,
  type OptionalOperations,
} from '../../core/index.js';
import { eventRaised, type InboxEvent } from '../../core/orchestration/index.js';
import type { Engine } from './engine/engine.js';
import type { Held } from './engine/held.js';
import type { Mailer } from './engine/mailer.js';
import type { Reader } from './engine/reader.js';
import type { Starter } from './engine/starter.js';
import { readPageToken, pageToken, type PageStart } from './page-token.js';
import type { Names } from './record/names.js';
import { viewOf, type Known } from './record/known.js';
import type { Server } from './server/server.js';

/** A wait looks at the server at least so often, for what another host has done, ms. */
const waitPollMs = 1_000;

/** Another start of the same id was seen. */
class Overtaken extends Error {}

const startAttempts = 5;
const overtakenPauseMs = 150;

/** Instances a purge by filter reads at a time. */
const purgePage = 100;

/** A terminate is durable when it is sent; its effect is waited for so long, ms. */
const terminatePatienceMs = 10_000;

export interface OperationsOptions {
  readonly context: ComponentContext;
  readonly server: Server;
  readonly names: Names;
  readonly reader: Reader;
  readonly mailer: Mailer;
  readonly starter: Starter;
  readonly engine: Engine;
  readonly forget: (instanceId: string, workflowIds: readonly string[]) => void;
}

type Managed = Pick<WorkflowComponent, 'start' | 'get' | 'raiseEvent' | 'suspend' | 'resume' | 'terminate' | 'purge'> &
  Required<Pick<OptionalOperations, 'history' | 'rerun' | 'list' | 'wait' | 'purgeByFilter'>>;

/** The management operations: each reads from the server what it is about, and lets the shared rules judge. */
export class Operations implements Managed {
  readonly #options: OperationsOptions;
  /** Starts of one id are made one after the other. */
  readonly #starting = new Map<string, Promise<unknown>>();
  readonly #listeners = new Set<(instanceId: string) => void>();

  constructor(options: OperationsOptions) {
    this.#options = options;
  }

  changed(instanceId: string): void {
    for (const listener of [...this.#listeners]) listener(instanceId);
  }

  readonly start: Managed['start'] = (request) => this.#inTurn(request.instanceId, () => this.#startOnce(request));

  /** Of starts at several hosts that see each other none goes on; each tries again after a while of its own. */
  async #startOnce(request: StartRequest): Promise<StartResponse> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await (await this.#family(request.instanceId)).start(request);
      } catch (error) {
        if (!(error instanceof Overtaken)) throw error;
        if (attempt === startAttempts)
          throw new WorkflowError('ERR_INSTANCE_EXISTS', { instanceId: request.instanceId });
        await this.#pause(Math.random() * overtakenPauseMs * attempt);
      }
    }
  }

  #pause(ms: number): Promise<void> {
    const { clock } = this.#options.context;
    return new Promise((resolve) => {
      clock.at(clock.now() + ms, resolve);
    });
  }

  readonly get: Managed['get'] = async ({ instanceId }) =>
    viewOf(existing(await this.#options.reader.one(instanceId), instanceId));

  readonly history: Managed['history'] = async ({ instanceId }) => ({
    events: existing(await this.#options.reader.one(instanceId), instanceId).history,
  });

  readonly raiseEvent: Managed['raiseEvent'] = async (request) => {
    const { instanceId } = request;
    const { engine, reader } = this.#options;
    const held = engine.find(instanceId);
    // One that is in memory and runs on the server takes events: its history need not be read.
    if (held && isOpen(held) && (await reader.isRunning(instanceId, held.workflowId))) {
      return this.#post(held, eventRaised(request.eventName, request.data, this.#options.context.clock.now()));
    }
    await (await this.#alone(instanceId)).raiseEvent(request);
  };
  readonly suspend: Managed['suspend'] = async (request) => (await this.#alone(request.instanceId)).suspend(request);

  /** Answers once the instance has ended, so that nobody sees another end than the one there was. */
  readonly terminate: Managed['terminate'] = async (request) => {
    await (await this.#family(request.instanceId)).terminate(request);
    const { instanceId } = request;
    await this.wait({ instanceId, until: 'closed' }, AbortSignal.timeout(terminatePatienceMs)).catch(
      (error: unknown) => {
        if (WorkflowError.from(error).code !== 'ERR_CANCELLED') throw error;
      },
    );
  };

  readonly purge: Managed['purge'] = async (request) => (await this.#family(request.instanceId)).purge(request);

  readonly resume: Managed['resume'] = async (request) => {
    const known = await this.#options.reader.one(request.instanceId);
    if (known?.state.stalled?.reason === 'POISONED') return this.#options.engine.retry(request.instanceId);
    await this.#over(known ? [known] : []).resume(request);
  };

  readonly rerun: Managed['rerun'] = async (request) => {
    const { sourceInstanceId, newInstanceId } = request;
    const known = await this.#options.reader.many([
      sourceInstanceId,
      ...(newInstanceId === undefined ? [] : [newInstanceId]),
    ]);
    return this.#over([...known.values()]).rerun(request);
  };

  /** One instance, without its family. */
  async #alone(instanceId: string): Promise<OwnedOperations> {
    const known = await this.#options.reader.one(instanceId);
    return this.#over(known ? [known] : []);
  }

  /** An instance with all its descendants. */
  async #family(instanceId: string): Promise<OwnedOperations> {
    const found = new Map<string, Known>();
    for (let ids: readonly string[] = [instanceId]; ids.length > 0;) {
      const read = await this.#options.reader.many(ids);
      for (const [id, known] of read) found.set(id, known);
      ids = [...read.values()].flatMap(({ state }) => state.children).filter((id) => !found.has(id));
    }
    return this.#over([...found.values()]);
  }

  /** The shared operations, on what was read. */
  #over(known: readonly Known[]): OwnedOperations {
    const { context, starter } = this.#options;
    const byId = new Map(known.map((one) => [one.instanceId, one]));
    const views = new Map(known.map((one) => [one.instanceId, viewOf(one)]));
    return ownedOperations({
      clock: context.clock,
      ids: context.ids,
      view: (instanceId) => views.get(instanceId),
      history: (instanceId) => byId.get(instanceId)?.history ?? [],
      tree: (instanceId) => {
        const status = views.get(instanceId)?.status;
        return status && { status, children: byId.get(instanceId)?.state.children ?? [] };
      },
      begin: async (start) => {
        const begun = await starter.begin(start, byId.get(start.instanceId));
        if (begun === 'overtaken') throw new Overtaken();
      },
      beginSeeded: (seed) => starter.beginSeeded(seed),
      post: (instanceId, event) => this.#post(existing(byId.get(instanceId), instanceId), event),
      remove: (instanceIds) => this.#remove(instanceIds.flatMap((id) => byId.get(id) ?? [])),
    });
  }

  async #post({ instanceId, run }: Pick<Known, 'instanceId' | 'run'>, event: InboxEvent): Promise<void> {
    const { mailer, engine } = this.#options;
    await mailer.send(instanceId, { run, event });
    engine.mailCame(instanceId, event.kind === 'executionTerminated');
  }

  async #remove(known: readonly Known[]): Promise<number> {
    const { server, reader, forget } = this.#options;
    for (const { instanceId, workflowIds, others } of known) {
      forget(instanceId, workflowIds);
      for (const workflowId of [...others, ...workflowIds]) await server.remove(workflowId);
      for (const workflowId of await reader.mailboxes(instanceId)) await server.remove(workflowId);
    }
    return known.length;
  }

  async #inTurn<T>(instanceId: string, work: () => Promise<T>): Promise<T> {
    const before = this.#starting.get(instanceId) ?? Promise.resolve();
    const mine = before.then(work, work);
    const done = mine.catch(() => undefined);
    this.#starting.set(instanceId, done);
    try {
      return await mine;
    } finally {
      if (this.#starting.get(instanceId) === done) this.#starting.delete(instanceId);
    }
  }

  readonly list: Managed['list'] = async (request: ListRequest): Promise<ListResponse> => {
    const { pageSize, continuationToken } = request;
    let from = continuationToken === undefined ? undefined : readPageToken(continuationToken);
    const instances: InstanceSummary[] = [];
    for (;;) {
      const rows = await this.#rows(from, pageSize);
      const read = await this.#options.reader.many([...new Set(rows.map(({ instanceId }) => instanceId))]);
      for (const row of rows) {
        const known = read.get(row.instanceId);
        // An instance may have several executions; it is listed with the oldest of its run.
        const view = known?.workflowIds[0] === row.workflowId ? viewOf(known) : undefined;
        if (view && matches(view, request)) {
          if (instances.length === pageSize)
            return from ? { instances, continuationToken: pageToken(from) } : { instances };
          instances.push(summaryOf(view));
        }
        from = next(from, row);
      }
      if (rows.length === 0) return { instances };
    }
  };

  /** Goes through all instances; one whose family is still at work is passed over. */
  readonly purgeByFilter: Managed['purgeByFilter'] = async ({ recursive, statuses, ...filter }) => {
    const wanted = (statuses ?? runtimeStatuses).filter(isClosed);
    const query = { ...filter, statuses: wanted, pageSize: purgePage };
    const { completedBeforeMs = Infinity } = filter;
    const ids: string[] = [];
    for (let token: string | undefined, more = true; more; more = token !== undefined) {
      const page = await this.list({ ...query, ...(token === undefined ? {} : { continuationToken: token }) });
      const due = page.instances.filter(
        ({ completedAtMs = Infinity }) => completedAtMs < completedBeforeMs || completedBeforeMs === Infinity,
      );
      ids.push(...due.map(({ instanceId }) => instanceId));
      token = page.continuationToken;
    }
    let deletedCount = 0;
    for (const instanceId of ids) deletedCount += await this.#purgeIfClosed(instanceId, recursive);
    return { deletedCount };
  };

  async #purgeIfClosed(instanceId: string, recursive: boolean): Promise<number> {
    try {
      return (await this.purge({ instanceId, recursive, force: false })).deletedCount;
    } catch (error) {
      const { code } = WorkflowError.from(error);
      if (code === 'ERR_INSTANCE_NOT_CLOSED' || code === 'ERR_INSTANCE_NOT_FOUND') return 0;
      throw error;
    }
  }

  async #rows(from: PageStart | undefined, size: number): Promise<readonly Row[]> {
    const { server, names } = this.#options;
    const since = from ? ` AND startTime>${from.startMs - 1}` : '';
    const count = size + 1 + (from?.workflowIds.length ?? 0);
    const { results } = await server.search(`workflowType=${names.workflow}${since}`, 0, count);
    const rows = results.map(({ workflowId, correlationId = '', startTime }) => ({
      workflowId,
      instanceId: correlationId,
      startMs: Date.parse(startTime ?? ''),
    }));
    return rows.filter(({ workflowId }) => !from?.workflowIds.includes(workflowId));
  }

  readonly wait: Managed['wait'] = async ({ instanceId, until }: WaitRequest, signal) => {
    const { reader, context } = this.#options;
    for (;;) {
      if (signal.aborted) throw new WorkflowError('ERR_CANCELLED');
      const news = this.#news(instanceId, context, signal);
      try {
        const known = await reader.one(instanceId);
        const view = known && viewOf(known);
        if (view && (until === 'closed' ? isClosed(view.status) : view.status !== 'PENDING')) return view;
        await news.promise;
      } finally {
        news.stop();
      }
    }
  };

  /** Resolves when the instance may have changed; rejects when the caller gives up. */
  #news(
    instanceId: string,
    { clock }: ComponentContext,
    signal: AbortSignal,
  ): { readonly promise: Promise<void>; readonly stop: () => void } {
    let stop = (): void => undefined;
    const promise = new Promise<void>((resolve, reject) => {
      const listener = (changed: string): void => {
        if (changed === instanceId) resolve();
      };
      const abort = (): void => reject(new WorkflowError('ERR_CANCELLED'));
      const cancel = clock.at(clock.now() + waitPollMs, resolve);
      this.#listeners.add(listener);
      signal.addEventListener('abort', abort, { once: true });
      stop = () => {
        cancel();
        this.#listeners.delete(listener);
        signal.removeEventListener('abort', abort);
      };
    });
    promise.catch(() => undefined);
    return { promise, stop };
  }
}

/** In memory as it is on the server, and ready to take events. */
function isOpen({ state, recording, stale }: Held): boolean {
  return !recording && !stale && !state.stalled && !state.closed;
}

interface Row {
  readonly workflowId: string;
  readonly instanceId: string;
  readonly startMs: number;
}

/** Where the rest of a list begins after this row. */
function next(from: PageStart | undefined, { startMs, workflowId }: Row): PageStart {
  const same = from?.startMs === startMs ? from.workflowIds : [];
  return { startMs, workflowIds: [...same, workflowId] };
}

function matches(view: WorkflowInstance, request: ListRequest): boolean {
  const { statuses, workflowName, instanceIdPrefix = '', createdFromMs = -Infinity, createdToMs = Infinity } = request;
  return (
    (!statuses || statuses.includes(view.status)) &&
    (workflowName === undefined || view.workflowName === workflowName) &&
    view.instanceId.startsWith(instanceIdPrefix) &&
    view.createdAtMs >= createdFromMs &&
    view.createdAtMs <= createdToMs
  );
}

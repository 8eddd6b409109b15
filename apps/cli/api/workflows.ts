import { CliFailure } from '../failure.js';
import type { workflowFlags } from '../table/flags.js';
import type { FlagValues } from '../table/spec.js';
import type { Terminal } from '../terminal.js';
import { Connection } from './connection.js';
import { checkIdentity } from './identity.js';
import type { HistoryEntry, Instance, Page, Summary } from './shapes.js';

export type WorkflowFlags = FlagValues<typeof workflowFlags>;

export interface ListFilter {
  readonly status?: readonly string[];
  readonly workflowName?: string;
  readonly instanceIdPrefix?: string;
  readonly createdFromMs?: number;
  readonly createdToMs?: number;
  readonly pageSize: number;
}

export interface StartCall {
  readonly workflowName: string;
  readonly instanceId?: string;
  /** JSON text. */
  readonly input?: string;
  readonly scheduledStartMs?: number;
  readonly version?: string;
  readonly onConflict: string;
  readonly tags?: Readonly<Record<string, string>>;
}

export type Until = 'started' | 'closed';

export interface WaitOptions {
  readonly timeoutMs: number | undefined;
  readonly now: () => number;
}

/** How long one long poll lasts; a longer wait is several. */
const pollMs = 20_000;

/** The instances of one component of one server. */
export class Workflows {
  readonly #connection: Connection;
  readonly #base: string;

  private constructor(connection: Connection, component: string) {
    this.#connection = connection;
    this.#base = `/v1/components/${encodeURIComponent(component)}/instances`;
  }

  /** Looks first whether it is the right server, when the flags say which one is. */
  static async connect(flags: WorkflowFlags, terminal: Terminal): Promise<Workflows> {
    const connection = new Connection(flags, terminal);
    await checkIdentity(connection, flags);
    return new Workflows(connection, flags.component);
  }

  /** Page by page, oldest first: one request per page, never one per instance. */
  async *pages(filter: ListFilter): AsyncGenerator<readonly Summary[]> {
    let continuationToken: string | undefined;
    do {
      const page: Page = await this.#connection.call('GET', this.#base, {
        query: {
          status: filter.status,
          workflowName: filter.workflowName,
          instanceIdPrefix: filter.instanceIdPrefix,
          createdFrom: toTime(filter.createdFromMs),
          createdTo: toTime(filter.createdToMs),
          pageSize: filter.pageSize,
          continuationToken,
        },
      });
      yield page.instances;
      continuationToken = page.continuationToken;
    } while (continuationToken !== undefined);
  }

  async start(call: StartCall): Promise<string> {
    const { input, scheduledStartMs, ...rest } = call;
    const body = withJson({ ...rest, scheduledStart: toTime(scheduledStartMs) }, 'input', input);
    const { instanceId } = await this.#connection.call<{ instanceId: string }>('POST', this.#base, { body });
    return instanceId;
  }

  async get(instanceId: string): Promise<Instance> {
    return this.#connection.call('GET', this.#path(instanceId));
  }

  async history(instanceId: string): Promise<readonly HistoryEntry[]> {
    const { events } = await this.#connection.call<{ events: readonly HistoryEntry[] }>(
      'GET',
      this.#path(instanceId, 'history'),
    );
    return events;
  }

  /** Resolves once it holds. Throws a `timeout` failure after `timeoutMs`; without one it waits for ever. */
  async wait(instanceId: string, until: Until, options: WaitOptions): Promise<Instance> {
    const { timeoutMs, now } = options;
    const deadline = timeoutMs === undefined ? Number.POSITIVE_INFINITY : now() + timeoutMs;
    for (;;) {
      const leftMs = Math.max(1, Math.min(pollMs, deadline - now()));
      const instance = await this.#poll(instanceId, until, leftMs);
      if (instance) return instance;
      if (now() < deadline) continue;
      throw new CliFailure('timeout', `${instanceId} has not ${until} within ${timeoutMs} ms`, {
        remedy: 'It goes on: wait again, or longer.',
      });
    }
  }

  async raiseEvent(instanceId: string, eventName: string, data: string | undefined): Promise<void> {
    await this.#connection.call('POST', this.#path(instanceId, 'events', eventName), {
      body: withJson({}, 'data', data),
    });
  }

  async suspend(instanceId: string, reason: string | undefined): Promise<void> {
    await this.#act(instanceId, 'suspend', { reason });
  }

  async resume(instanceId: string, reason: string | undefined): Promise<void> {
    await this.#act(instanceId, 'resume', { reason });
  }

  async terminate(
    instanceId: string,
    options: { readonly output?: string; readonly recursive: boolean },
  ): Promise<void> {
    const body = withJson({ recursive: options.recursive }, 'output', options.output);
    await this.#connection.call('POST', this.#path(instanceId, 'terminate'), { body });
  }

  /** How many instances went. */
  async purge(instanceId: string, options: { readonly recursive: boolean; readonly force: boolean }): Promise<number> {
    const { deletedCount } = await this.#connection.call<{ deletedCount: number }>('DELETE', this.#path(instanceId), {
      query: options,
    });
    return deletedCount;
  }

  async rerun(
    instanceId: string,
    options: { readonly eventId: number; readonly newInstanceId?: string; readonly input?: string },
  ): Promise<string> {
    const { input, ...rest } = options;
    const answer = await this.#connection.call<{ instanceId: string }>('POST', this.#path(instanceId, 'rerun'), {
      body: withJson(rest, 'input', input),
    });
    return answer.instanceId;
  }

  /** One long poll; `undefined` when its time is over. */
  async #poll(instanceId: string, until: Until, timeoutMs: number): Promise<Instance | undefined> {
    try {
      const query = { until, timeoutMs };
      return await this.#connection.call('GET', this.#path(instanceId, 'wait'), { query, extraMs: timeoutMs });
    } catch (error) {
      if (error instanceof CliFailure && error.exit === 'timeout') return undefined;
      throw error;
    }
  }

  async #act(instanceId: string, verb: string, body: object): Promise<void> {
    await this.#connection.call('POST', this.#path(instanceId, verb), { body: JSON.stringify(body) });
  }

  #path(instanceId: string, ...more: string[]): string {
    return [this.#base, ...[instanceId, ...more].map(encodeURIComponent)].join('/');
  }
}

function toTime(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

/** A body with one member given as JSON text, which travels as it is: big numbers keep their digits. */
function withJson(body: object, member: string, json: string | undefined): string {
  const text = JSON.stringify(body);
  if (json === undefined) return text;
  return `${text.slice(0, -1)}${text === '{}' ? '' : ','}${JSON.stringify(member)}:${json}}`;
}

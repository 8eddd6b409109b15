import { WorkflowError } from '../../../core/index.js';
import type { Names } from '../record/names.js';
import type { Rest } from './rest.js';
import type { ServerExecution, ServerTask } from './shapes.js';

export interface TaskUpdate {
  readonly workflowInstanceId: string;
  readonly taskId: string;
  readonly status: 'COMPLETED' | 'FAILED_WITH_TERMINAL_ERROR' | 'IN_PROGRESS';
  readonly outputData?: Readonly<Record<string, unknown>>;
  readonly reasonForIncompletion?: string;
  readonly callbackAfterSeconds?: number;
  readonly extendLease?: boolean;
}

/** The requests the component makes, by what they are for. */
export class Server {
  readonly #rest: Rest;
  readonly #names: Names;
  readonly #workerId: string;

  constructor(rest: Rest, names: Names, workerId: string) {
    this.#rest = rest;
    this.#names = names;
    this.#workerId = workerId;
  }

  /** Starts an execution; answers its id. `correlationId`: the instance's id. */
  async start(name: string, correlationId: string, wf: Readonly<Record<string, unknown>>): Promise<string> {
    const taskToDomain = { '*': this.#names.domain };
    const id = await this.#rest.text('POST', '/workflow', {
      name,
      version: 1,
      correlationId,
      input: { wf },
      taskToDomain,
    });
    if (id) return id;
    throw new WorkflowError('ERR_STORE_UNAVAILABLE', {
      reason: `the definition ${name} is gone from the Conductor server`,
    });
  }

  /** All executions of a definition under these instance ids, ended ones included. */
  async correlated(
    name: string,
    instanceIds: readonly string[],
    includeTasks: boolean,
  ): Promise<ReadonlyMap<string, readonly ServerExecution[]>> {
    const query = `includeClosed=true&includeTasks=${includeTasks}`;
    const path = `/workflow/${encodeURIComponent(name)}/correlated?${query}`;
    const found = await this.#rest.json('POST', path, instanceIds);
    return new Map(Object.entries((found ?? {}) as Record<string, ServerExecution[]>));
  }

  async poll(type: string, count: number): Promise<readonly ServerTask[]> {
    const query = new URLSearchParams({
      workerid: this.#workerId,
      domain: this.#names.domain,
      count: String(count),
      timeout: '0',
    });
    const tasks = await this.#rest.json('GET', `/tasks/poll/batch/${encodeURIComponent(type)}?${query.toString()}`);
    return (tasks ?? []) as ServerTask[];
  }

  /** The server answers alike whether it took the update or dropped it. */
  async update(update: TaskUpdate): Promise<void> {
    await this.#rest.text('POST', '/tasks', { workerId: this.#workerId, ...update });
  }

  /** Completes the open task of that reference; false when there is none. */
  async completeByRef(workflowId: string, ref: string, output: Readonly<Record<string, unknown>>): Promise<boolean> {
    const answer = await this.#rest.text('POST', `/tasks/${encodeURIComponent(workflowId)}/${ref}/COMPLETED`, output);
    return answer !== undefined && answer !== '';
  }

  async remove(workflowId: string): Promise<void> {
    await this.#rest.text('DELETE', `/workflow/${encodeURIComponent(workflowId)}/remove?archiveWorkflow=false`);
  }

  /** Makes the server look at the execution now, its leases included. */
  async evaluate(workflowId: string): Promise<void> {
    await this.#rest.text('PUT', `/workflow/decide/${encodeURIComponent(workflowId)}`);
  }

  /** One page of our executions, oldest first: the instance ids, with repeats, and how many there are in all. */
  async search(
    query: string,
    start: number,
    size: number,
  ): Promise<{ readonly total: number; readonly results: readonly SearchResult[] }> {
    const parameters = new URLSearchParams({ query, start: String(start), size: String(size), sort: 'startTime:ASC' });
    const found = (await this.#rest.json('GET', `/workflow/search?${parameters.toString()}`)) as
      { totalHits?: number; results?: SearchResult[] } | undefined;
    return { total: found?.totalHits ?? 0, results: found?.results ?? [] };
  }

  async taskDefinitions(): Promise<readonly { readonly name: string; readonly description?: string }[]> {
    return ((await this.#rest.json('GET', '/metadata/taskdefs')) ?? []) as { name: string; description?: string }[];
  }

  async hasTaskDefinition(name: string): Promise<boolean> {
    return (await this.#rest.json('GET', `/metadata/taskdefs/${encodeURIComponent(name)}`)) !== undefined;
  }

  async defineTasks(definitions: readonly object[]): Promise<void> {
    await this.#rest.text('POST', '/metadata/taskdefs', definitions);
  }

  async workflowDefinition(name: string): Promise<{ readonly description?: string } | undefined> {
    return (await this.#rest.json('GET', `/metadata/workflow/${encodeURIComponent(name)}?version=1`)) as
      { description?: string } | undefined;
  }

  async defineWorkflows(definitions: readonly object[]): Promise<void> {
    await this.#rest.text('PUT', '/metadata/workflow', definitions);
  }
}

export interface SearchResult {
  readonly workflowId: string;
  readonly correlationId?: string;
  readonly startTime?: string;
}

import { WorkflowError, isClosed, type ComponentContext, type StartRequest } from '../../../core/index.js';
import { checkIdReusable, type Seed } from '../../../core/orchestration/index.js';
import { codeOf, errorOf, status } from '../server/errors.js';
import type { Server } from '../server/server.js';
import { writeHeader, type StartNote } from '../translate/note.js';
import { payloadsOf } from '../translate/payload.js';
import { startNoteOf, type CommandSettings } from '../translate/step-commands.js';
import { conflictPolicy, durationOf, reusePolicy, type ReusePolicy, type WorkflowTask } from '../vendor.js';
import type { Reader } from './reader.js';

/** How long a start waits for the messages of an ended instance to leave, ms. */
const endingMs = 5_000;

/** How instances begin. */
export class Starter {
  readonly #server: Server;
  readonly #reader: Reader;
  readonly #settings: CommandSettings;
  readonly #newRequestId: () => string;
  readonly #monotonic: () => number;

  constructor(server: Server, reader: Reader, settings: CommandSettings, { ids, clock }: ComponentContext) {
    this.#server = server;
    this.#reader = reader;
    this.#settings = settings;
    this.#newRequestId = () => ids.uuid();
    this.#monotonic = () => clock.monotonic();
  }

  /** Its first workflow task, when the server gave it to this host. Throws what `WorkflowComponent.start` throws. */
  async start({
    instanceId,
    workflowName,
    enforceUniqueId,
    input,
    ...about
  }: StartRequest): Promise<WorkflowTask | undefined> {
    const note = startNoteOf({ instanceId, ...about });
    const request = { instanceId, workflowName, input, note };
    const first = await this.#begin(request, reusePolicy.rejectDuplicate);
    if (first !== 'taken') return first;
    const earlier = await this.#reader.run(instanceId);
    if (earlier) {
      const { status: state } = earlier.instance;
      if (!isClosed(state) || enforceUniqueId) throw new WorkflowError('ERR_INSTANCE_EXISTS', { instanceId });
      const family = await this.#reader.family(instanceId);
      checkIdReusable(instanceId, (id) => family.get(id));
    }
    for (const begun = this.#monotonic(); ;) {
      const again = await this.#begin(request, reusePolicy.allowDuplicate);
      if (again !== 'taken') return again;
      // An instance that has ended may be open on the server until its last messages have left.
      const now = await this.#reader.run(instanceId);
      const isEnding = now && now.runId === earlier?.runId && isClosed(now.instance.status);
      if (!isEnding || this.#monotonic() - begun > endingMs)
        throw new WorkflowError('ERR_INSTANCE_EXISTS', { instanceId });
    }
  }

  /** Throws `ERR_RERUN_TARGET_EXISTS`. */
  async startSeeded({ instanceId, history }: Seed): Promise<WorkflowTask | undefined> {
    const started = history.find((event) => event.kind === 'executionStarted');
    const name = started?.kind === 'executionStarted' ? started.name : '';
    const input = started?.kind === 'executionStarted' ? started.input : undefined;
    const request = { instanceId, workflowName: name, input, note: { seed: history } };
    const task = await this.#begin(request, reusePolicy.rejectDuplicate);
    if (task !== 'taken') return task;
    if (await this.#reader.run(instanceId)) throw new WorkflowError('ERR_RERUN_TARGET_EXISTS', { instanceId });
    const again = await this.#begin(request, reusePolicy.allowDuplicate);
    if (again === 'taken') throw new WorkflowError('ERR_RERUN_TARGET_EXISTS', { instanceId });
    return again;
  }

  async #begin(
    {
      instanceId,
      workflowName,
      input,
      note,
    }: { instanceId: string; workflowName: string; input: string | undefined; note: StartNote },
    workflowIdReusePolicy: ReusePolicy,
  ): Promise<WorkflowTask | undefined | 'taken'> {
    const { api, namespace, identity } = this.#server;
    const { taskQueue, workflowTaskTimeoutMs } = this.#settings;
    try {
      const reply = await api.startWorkflowExecution({
        namespace,
        identity,
        requestId: this.#newRequestId(),
        workflowId: instanceId,
        workflowType: { name: workflowName },
        taskQueue: { name: taskQueue },
        input: payloadsOf(input),
        header: writeHeader(note),
        workflowTaskTimeout: durationOf(workflowTaskTimeoutMs),
        workflowIdReusePolicy,
        workflowIdConflictPolicy: conflictPolicy.fail,
        requestEagerExecution: true,
      });
      return reply.eagerWorkflowTask?.taskToken?.length ? reply.eagerWorkflowTask : undefined;
    } catch (error) {
      if (codeOf(error) === status.alreadyExists) return 'taken';
      throw errorOf(error);
    }
  }
}

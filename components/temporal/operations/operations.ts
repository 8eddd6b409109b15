import {
  WorkflowError,
  existing,
  type ComponentContext,
  type GetRequest,
  type HistoryRequest,
  type HistoryResponse,
  type RaiseEventRequest,
  type RerunRequest,
  type RerunResponse,
  type StartRequest,
  type StartResponse,
  type SuspendRequest,
  type TerminateRequest,
  type WorkflowInstance,
} from '../../../core/index.js';
import {
  eventRaised,
  judge,
  planRerun,
  resumed,
  suspended,
  type InboxEvent,
} from '../../../core/orchestration/index.js';
import type { Server } from '../server/server.js';
import type { ControlNote } from '../translate/note.js';
import type { WorkflowTask } from '../vendor.js';
import type { Cascades } from './cascade.js';
import type { Reader } from './reader.js';
import { signal, type Signal } from './signals.js';
import type { Starter } from './start.js';

/** Names of control signals: for people who read the server's history. Told apart from events by their header. */
const signalNames = {
  suspend: 'wfh.suspend',
  resume: 'wfh.resume',
  nudge: 'wfh.nudge',
  poisoned: 'wfh.poisoned',
} as const;

type Message = Pick<Signal, 'name' | 'data' | 'control'>;

export interface OperationsParts {
  readonly context: ComponentContext;
  readonly server: Server;
  readonly reader: Reader;
  readonly starter: Starter;
  readonly cascades: Cascades;
  /** A workflow task that came with the answer to a start. */
  readonly task: (task: WorkflowTask) => void;
  readonly changed: (instanceId: string) => void;
  /** The open run of an instance, where this host knows it and that it is not stalled. */
  readonly liveRun: (instanceId: string) => string | undefined;
}

/** The management operations. What each means in a status is the verdict table's; the server keeps the facts. */
export class Operations {
  readonly #parts: OperationsParts;

  constructor(parts: OperationsParts) {
    this.#parts = parts;
  }

  async start(request: StartRequest): Promise<StartResponse> {
    const { starter, task, changed } = this.#parts;
    const first = await starter.start(request);
    if (first) task(first);
    changed(request.instanceId);
    return { instanceId: request.instanceId };
  }

  async get({ instanceId }: GetRequest): Promise<WorkflowInstance> {
    return existing(await this.#parts.reader.view(instanceId), instanceId);
  }

  async history({ instanceId }: HistoryRequest): Promise<HistoryResponse> {
    return { events: existing(await this.#parts.reader.run(instanceId), instanceId).history };
  }

  raiseEvent({ instanceId, eventName, data }: RaiseEventRequest): Promise<void> {
    const event = eventRaised(eventName, data, this.#parts.context.clock.now());
    return this.#tell('raiseEvent', instanceId, event, { name: eventName, ...(data === undefined ? {} : { data }) });
  }

  suspend({ instanceId, reason }: SuspendRequest): Promise<void> {
    const control: ControlNote = { control: 'suspend', ...(reason === undefined ? {} : { reason }) };
    const event = suspended(reason, this.#parts.context.clock.now());
    return this.#tell('suspend', instanceId, event, { name: signalNames.suspend, control });
  }

  resume({ instanceId, reason }: SuspendRequest): Promise<void> {
    const control: ControlNote = { control: 'resume', ...(reason === undefined ? {} : { reason }) };
    const event = resumed(reason, this.#parts.context.clock.now());
    return this.#tell('resume', instanceId, event, { name: signalNames.resume, control });
  }

  async #tell(
    operation: 'raiseEvent' | 'suspend' | 'resume',
    instanceId: string,
    event: InboxEvent,
    message: Message,
  ): Promise<void> {
    const known = this.#parts.liveRun(instanceId);
    if (known !== undefined && (await this.#send(instanceId, known, event, message))) return;
    const run = await this.#parts.reader.run(instanceId);
    if (!judge(operation, instanceId, run?.instance) || !run) return;
    // Ended since: a closed instance accepts and drops.
    await this.#send(instanceId, run.runId, event, message);
  }

  /** False: the run is not open any more. */
  async #send(instanceId: string, runId: string, event: InboxEvent, message: Message): Promise<boolean> {
    const { reader, server, context } = this.#parts;
    const requestId = context.ids.uuid();
    // To whichever run is the newest: a later generation may be in another one by now.
    if (!(await signal(server, { workflowId: instanceId, requestId, ...message }))) return false;
    reader.sent(instanceId, { requestId, runId, event });
    return true;
  }

  async terminate({ instanceId, output, recursive }: TerminateRequest): Promise<void> {
    const { reader, cascades } = this.#parts;
    if (judge('terminate', instanceId, await reader.view(instanceId))) {
      await cascades.run({ instanceId, recurse: recursive, ...(output === undefined ? {} : { output }) });
    } else if (recursive) {
      await cascades.below(instanceId);
    }
  }

  async rerun(request: RerunRequest): Promise<RerunResponse> {
    const { reader, starter, context, task, changed } = this.#parts;
    const { sourceInstanceId, newInstanceId = context.ids.uuid() } = request;
    const run = await reader.run(sourceInstanceId);
    judge('rerun', sourceInstanceId, run?.instance);
    const seed = planRerun(
      run?.history ?? [],
      { ...request, newInstanceId },
      { executionId: context.ids.executionId() },
    );
    if (newInstanceId !== sourceInstanceId && (await reader.run(newInstanceId))) {
      throw new WorkflowError('ERR_RERUN_TARGET_EXISTS', { instanceId: newInstanceId });
    }
    const first = await starter.startSeeded(seed);
    if (first) task(first);
    changed(newInstanceId);
    return { newInstanceId };
  }

  /** Makes the server hand out a workflow task, once nothing else does. */
  async nudge(instanceId: string, runId: string): Promise<void> {
    await this.#control(instanceId, runId, { control: 'nudge' });
  }

  async poisoned(instanceId: string, runId: string, description: string): Promise<void> {
    await this.#control(instanceId, runId, { control: 'poisoned', description });
  }

  async #control(workflowId: string, runId: string, control: ControlNote): Promise<void> {
    const { server, context } = this.#parts;
    const name = signalNames[control.control];
    try {
      await signal(server, { workflowId, runId, name, control, requestId: context.ids.uuid() });
    } catch (error) {
      context.logger.warn({ instanceId: workflowId, signal: name, err: error }, 'a control signal could not be sent');
    }
  }
}

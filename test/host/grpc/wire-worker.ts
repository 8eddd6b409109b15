import { create, fromBinary, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import type { ClientReadableStream } from '@grpc/grpc-js';
import {
  ActivityResponseSchema,
  GetWorkItemsRequestSchema,
  WorkItemSchema,
  WorkflowResponseSchema,
  type ActivityRequest,
  type HistoryEvent,
  type WorkItem,
  type WorkflowRequest,
} from '../../../proto/gen/taskhub_pb.js';
import type { TestClient } from './harness.js';

export type Actions = MessageInitShape<typeof WorkflowResponseSchema>['actions'];

/** What the worker's code does: a pure function of the whole history, and one per activity. */
export interface WorkerCode {
  turn?(events: readonly HistoryEvent[], request: WorkflowRequest): Actions;
  activity?(request: ActivityRequest): string | undefined;
}

export interface WireWorkerOptions {
  readonly echo?: boolean;
  readonly request?: MessageInitShape<typeof GetWorkItemsRequestSchema>;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Answers items by itself; absent: a test takes and answers them. */
  readonly code?: WorkerCode;
}

const service = '/TaskHubSidecarService';

/** A worker at the level of the wire: one stream and the calls that answer it. */
export class WireWorker {
  readonly stream: ClientReadableStream<Buffer>;
  /** All items that came, in order. */
  readonly items: WorkItem[] = [];
  /** As they came: for fields the schema does not have. */
  readonly messages: Buffer[] = [];
  readonly opened: Promise<void>;
  readonly #client: TestClient;
  readonly #options: WireWorkerOptions;

  constructor(client: TestClient, options: WireWorkerOptions = {}) {
    this.#client = client;
    this.#options = options;
    const request = toBinary(GetWorkItemsRequestSchema, create(GetWorkItemsRequestSchema, options.request ?? {}));
    this.stream = client.stream(`${service}/GetWorkItems`, Buffer.from(request), options.metadata);
    this.opened = new Promise((resolve) => this.stream.once('metadata', () => resolve()));
    this.stream.on('error', () => undefined);
    this.stream.on('data', (bytes: Buffer) => this.#take(bytes));
  }

  /** Ends the stream; the connection stays. */
  cancel(): void {
    this.stream.cancel();
  }

  turns(): readonly { readonly request: WorkflowRequest; readonly token: string }[] {
    return this.items.flatMap(({ request, completionToken: token }) =>
      request.case === 'workflowRequest' ? [{ request: request.value, token }] : [],
    );
  }

  activities(): readonly { readonly request: ActivityRequest; readonly token: string }[] {
    return this.items.flatMap(({ request, completionToken: token }) =>
      request.case === 'activityRequest' ? [{ request: request.value, token }] : [],
    );
  }

  async answerTurn(instanceId: string, actions: Actions, completionToken = ''): Promise<unknown> {
    const message = create(WorkflowResponseSchema, { instanceId, completionToken, ...(actions ? { actions } : {}) });
    const bytes = Buffer.from(toBinary(WorkflowResponseSchema, message));
    return this.#client.send(`${service}/CompleteOrchestratorTask`, bytes).response;
  }

  async answerActivity(instanceId: string, taskId: number, result: string, completionToken = ''): Promise<unknown> {
    const message = create(ActivityResponseSchema, { instanceId, taskId, result, completionToken });
    const bytes = Buffer.from(toBinary(ActivityResponseSchema, message));
    return this.#client.send(`${service}/CompleteActivityTask`, bytes).response;
  }

  #take(bytes: Buffer): void {
    this.messages.push(bytes);
    const item = fromBinary(WorkItemSchema, bytes);
    this.items.push(item);
    const { code, echo } = this.#options;
    const token = echo ? item.completionToken : '';
    const { request } = item;
    if (request.case === 'workflowRequest' && code?.turn) {
      const { value } = request;
      const actions = code.turn([...value.pastEvents, ...value.newEvents], value);
      void this.answerTurn(value.instanceId, actions, token);
    }
    if (request.case === 'activityRequest' && code?.activity) {
      const { value } = request;
      const instanceId = value.workflowInstance?.instanceId ?? '';
      void this.answerActivity(instanceId, value.taskId, code.activity(value) ?? '', token);
    }
  }
}

/** The action that ends a workflow as COMPLETED. */
export function complete(result: string, id = -1): NonNullable<Actions>[number] {
  return { id, workflowActionType: { case: 'completeWorkflow', value: { workflowStatus: 1, result } } };
}

export function schedule(id: number, name: string, input = ''): NonNullable<Actions>[number] {
  return { id, workflowActionType: { case: 'scheduleTask', value: { name, input } } };
}

export function startedIn(events: readonly HistoryEvent[]): {
  readonly name: string;
  readonly input?: string | undefined;
} {
  for (const { eventType } of events) {
    if (eventType.case === 'executionStarted') return eventType.value;
  }
  throw new Error('a history without a start');
}

/** Returns its input; `wait...` workflows wait for the event `go` and return its payload; `act` calls one activity. */
export const sampleCode: WorkerCode = {
  turn: (events) => {
    const { name, input } = startedIn(events);
    if (events.some(({ eventType }) => eventType.case === 'executionSuspended')) return suspendedActions(events);
    if (name === 'act') return actActions(events, input);
    if (!name.startsWith('wait')) return [complete(input ?? '"undef"')];
    return raisedActions(events);
  },
  activity: ({ input }) => `"did ${input ?? ''}"`,
};

function raisedActions(events: readonly HistoryEvent[]): Actions {
  for (const { eventType } of events) {
    if (eventType.case === 'eventRaised' && eventType.value.name === 'go')
      return [complete(eventType.value.input ?? '"undef"')];
  }
  return [];
}

/** Holds back what comes until the last control says resume, as SDKs do. */
function suspendedActions(events: readonly HistoryEvent[]): Actions {
  const controls = events.filter(
    ({ eventType: { case: kind } }) => kind === 'executionSuspended' || kind === 'executionResumed',
  );
  return controls.at(-1)?.eventType.case === 'executionResumed' ? raisedActions(events) : [];
}

function actActions(events: readonly HistoryEvent[], input: string | undefined): Actions {
  for (const { eventType } of events) {
    if (eventType.case === 'taskCompleted') return [complete(eventType.value.result ?? '')];
  }
  return [schedule(1, 'Do', input)];
}

import { setTimeout as sleep } from 'node:timers/promises';
import {
  WorkflowError,
  isClosed,
  type ComponentManifest,
  type HistoryResponse,
  type Ids,
  type ListRequest,
  type ListResponse,
  type Metrics,
  type OptionalOperations,
  type PurgeFilter,
  type PurgeRequest,
  type PurgeResponse,
  type RaiseEventRequest,
  type RerunRequest,
  type RerunResponse,
  type ResumeRequest,
  type RuntimeStatus,
  type StartRequest,
  type StartResponse,
  type SuspendRequest,
  type TerminateRequest,
  type WaitRequest,
  type WorkflowComponent,
  type WorkflowInstance,
} from '../../core/index.js';
import type { TraceContext } from '../../core/orchestration/index.js';

/** The loaded components, by name. */
export interface ComponentDirectory {
  /** Absent, empty and `dapr` mean the default component (unless one is called `dapr`). Throws `ERR_COMPONENT_NOT_FOUND`. */
  resolve(name?: string): { readonly name: string; readonly component: WorkflowComponent };
  list(): readonly {
    readonly name: string;
    readonly isDefault: boolean;
    readonly manifest: ComponentManifest;
    readonly ready: boolean;
    readonly reason?: string;
  }[];
}

/** A start as a door hands it over: the id may be missing. */
export type StartCall = Omit<StartRequest, 'instanceId'> & { readonly instanceId?: string };

/** Which ids a door lets through at a start. `dapr`: 1-64 bytes of letters, digits, `-`, `_`. `taskhub`: anything a component can keep. */
export type IdRule = 'dapr' | 'taskhub';

/** The management operations, as metrics and error mapping name them. */
export type Operation =
  | 'start'
  | 'get'
  | 'wait'
  | 'list'
  | 'history'
  | 'raiseEvent'
  | 'suspend'
  | 'resume'
  | 'terminate'
  | 'purge'
  | 'purgeByFilter'
  | 'rerun';

/** As Dapr's dashboards name them. */
const metricNames = {
  start: 'create_workflow',
  get: 'get_workflow',
  wait: 'wait_workflow',
  list: 'list_workflows',
  history: 'get_workflow_history',
  raiseEvent: 'add_event',
  suspend: 'suspend_workflow',
  resume: 'resume_workflow',
  terminate: 'terminate_workflow',
  purge: 'purge_workflow',
  purgeByFilter: 'purge_workflows',
  rerun: 'rerun_workflow',
} as const satisfies Record<Operation, string>;

/** Spans around operations. */
export interface OperationTracing {
  /** Runs within a span below `carried`; `run` gets the trace to hand on. */
  operation<T>(
    name: string,
    attributes: Readonly<Record<string, string>>,
    carried: TraceContext | undefined,
    run: (trace: TraceContext | undefined) => Promise<T>,
  ): Promise<T>;
}

const idPattern = /^[\p{L}\p{Nd}_-]+$/u;
const maxDaprIdBytes = 64;
/** TaskHub ids may be longer than Dapr's, but a key is not a payload. */
const maxTaskHubIdBytes = 1024;

/**
 * Every management operation once: check, find the component, call, meter. Doors only translate. Throws `WorkflowError`s.
 */
export class WorkflowService {
  readonly #directory: ComponentDirectory;
  readonly #ids: Ids;
  readonly #metrics: Metrics;
  readonly #maxPayloadBytes: number;
  readonly #tracing: OperationTracing | undefined;

  constructor(
    directory: ComponentDirectory,
    options: { ids: Ids; metrics: Metrics; maxPayloadBytes: number; tracing?: OperationTracing },
  ) {
    this.#directory = directory;
    this.#tracing = options.tracing;
    this.#ids = options.ids;
    this.#metrics = options.metrics;
    this.#maxPayloadBytes = options.maxPayloadBytes;
  }

  get components(): ComponentDirectory {
    return this.#directory;
  }

  /** The id is made up (UUID v4) when the caller gave none. */
  async start(component: string | undefined, call: StartCall, idRule: IdRule): Promise<StartResponse> {
    if (call.workflowName === '') throw new WorkflowError('ERR_WORKFLOW_NAME_MISSING');
    const instanceId = call.instanceId ? this.#checkNewId(call.instanceId, idRule) : this.#ids.uuid();
    this.#checkPayload('input', call.input);
    return this.#call('start', component, undefined, (target) => this.#start(target, { ...call, instanceId }));
  }

  async get(component: string | undefined, instanceId: string): Promise<WorkflowInstance> {
    return this.#call('get', component, instanceId, (target) => target.get({ instanceId }));
  }

  /** Uses the component's own wait, else polls `get` (components without one only). */
  async wait(component: string | undefined, request: WaitRequest, signal: AbortSignal): Promise<WorkflowInstance> {
    return this.#call('wait', component, request.instanceId, (target) =>
      target.optional.wait ? target.optional.wait(request, signal) : pollFor(target, request, signal),
    );
  }

  async list(component: string | undefined, request: ListRequest): Promise<ListResponse> {
    return this.#call('list', component, undefined, (target, name) => need(target, name, 'list')(request));
  }

  async history(component: string | undefined, instanceId: string): Promise<HistoryResponse> {
    return this.#call('history', component, instanceId, (target, name) =>
      need(target, name, 'history')({ instanceId }),
    );
  }

  async raiseEvent(component: string | undefined, request: RaiseEventRequest): Promise<void> {
    this.#checkPayload('event data', request.data);
    return this.#call('raiseEvent', component, request.instanceId, (target) => target.raiseEvent(request));
  }

  async suspend(component: string | undefined, request: SuspendRequest): Promise<void> {
    return this.#call('suspend', component, request.instanceId, (target) => target.suspend(request));
  }

  async resume(component: string | undefined, request: ResumeRequest): Promise<void> {
    return this.#call('resume', component, request.instanceId, (target) => target.resume(request));
  }

  async terminate(component: string | undefined, request: TerminateRequest): Promise<void> {
    this.#checkPayload('output', request.output);
    return this.#call('terminate', component, request.instanceId, (target) => target.terminate(request));
  }

  async purge(component: string | undefined, request: PurgeRequest): Promise<PurgeResponse> {
    return this.#call('purge', component, request.instanceId, (target) => target.purge(request));
  }

  async purgeByFilter(component: string | undefined, filter: PurgeFilter): Promise<PurgeResponse> {
    return this.#call('purgeByFilter', component, undefined, (target, name) =>
      need(target, name, 'purgeByFilter')(filter),
    );
  }

  async rerun(component: string | undefined, request: RerunRequest): Promise<RerunResponse> {
    this.#checkPayload('input', request.input);
    return this.#call('rerun', component, request.sourceInstanceId, (target, name) =>
      need(target, name, 'rerun')(request),
    );
  }

  /** The trace of the caller goes on in the execution, through the span of its creation. */
  #start(target: WorkflowComponent, request: StartRequest): Promise<StartResponse> {
    if (!this.#tracing) return target.start(request);
    const { workflowName, instanceId, version } = request;
    const attributes = {
      'durabletask.type': 'orchestration',
      'durabletask.task.name': workflowName,
      'durabletask.task.instance_id': instanceId,
      ...(version === undefined ? {} : { 'durabletask.task.version': version }),
    };
    return this.#tracing.operation(`create_orchestration||${workflowName}`, attributes, request.trace, (trace) =>
      target.start(trace ? { ...request, trace } : request),
    );
  }

  /** `instanceId` undefined: the operation addresses none. */
  async #call<T>(
    operation: Operation,
    component: string | undefined,
    instanceId: string | undefined,
    run: (target: WorkflowComponent, name: string) => Promise<T>,
  ): Promise<T> {
    const begun = performance.now();
    const labels = { operation: metricNames[operation], status: 'success' };
    try {
      if (instanceId === '') throw new WorkflowError('ERR_INSTANCE_ID_MISSING');
      const { name, component: target } = this.#directory.resolve(component);
      return await run(target, name);
    } catch (error) {
      labels.status = 'failed';
      throw WorkflowError.from(error);
    } finally {
      this.#metrics.count('dapr_runtime_workflow_operation_count', labels);
      this.#metrics.observe('dapr_runtime_workflow_operation_latency', performance.now() - begun, labels);
    }
  }

  #checkNewId(instanceId: string, rule: IdRule): string {
    const limit = rule === 'dapr' ? maxDaprIdBytes : maxTaskHubIdBytes;
    if (Buffer.byteLength(instanceId) > limit) throw new WorkflowError('ERR_INSTANCE_ID_TOO_LONG', { limit });
    if (rule === 'dapr' && !idPattern.test(instanceId))
      throw new WorkflowError('ERR_INSTANCE_ID_INVALID', { instanceId });
    return instanceId;
  }

  #checkPayload(what: string, payload: string | undefined): void {
    if (payload === undefined || payload.length * 3 <= this.#maxPayloadBytes) return;
    const bytes = Buffer.byteLength(payload);
    const limit = this.#maxPayloadBytes;
    if (bytes > limit) throw new WorkflowError('ERR_PAYLOAD_TOO_LARGE', { what, bytes, limit });
  }
}

/** The optional operation, still bound to its owner; throws `ERR_NOT_SUPPORTED`. */
function need<K extends keyof OptionalOperations>(
  target: WorkflowComponent,
  component: string,
  name: K,
): NonNullable<OptionalOperations[K]> {
  const operation = target.optional[name];
  if (!operation) throw new WorkflowError('ERR_NOT_SUPPORTED', { component, operation: name });
  return operation.bind(target.optional) as NonNullable<OptionalOperations[K]>;
}

const pollEveryMs = 200;

async function pollFor(
  target: WorkflowComponent,
  request: WaitRequest,
  signal: AbortSignal,
): Promise<WorkflowInstance> {
  for (;;) {
    if (signal.aborted) throw new WorkflowError('ERR_CANCELLED');
    const instance = await target.get({ instanceId: request.instanceId }).catch(absent);
    if (instance && holds(request.until, instance.status)) return instance;
    await sleep(pollEveryMs, undefined, { signal }).catch(() => undefined);
  }
}

function holds(until: WaitRequest['until'], status: RuntimeStatus): boolean {
  return until === 'closed' ? isClosed(status) : status !== 'PENDING';
}

function absent(error: unknown): undefined {
  const known = WorkflowError.from(error);
  if (known.code !== 'ERR_INSTANCE_NOT_FOUND') throw known;
}

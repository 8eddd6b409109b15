import {
  WorkflowError,
  isClosed,
  type CapabilityName,
  type ComponentManifest,
  type HistoryResponse,
  type Ids,
  type ListRequest,
  type ListResponse,
  type Metrics,
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
  type WaitRequest,
  type WorkflowComponent,
  type WorkflowInstance,
} from '../../core/index.js';

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

  constructor(directory: ComponentDirectory, options: { ids: Ids; metrics: Metrics; maxPayloadBytes: number }) {
    this.#directory = directory;
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
    return this.#call('start', component, undefined, (target) => target.start({ ...call, instanceId }));
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
    return this.#call('list', component, undefined, (target, name) => need(target.optional.list, name, 'list')(request));
  }

  async history(component: string | undefined, instanceId: string): Promise<HistoryResponse> {
    return this.#call('history', component, instanceId, (target, name) =>
      need(target.optional.history, name, 'history')({ instanceId }),
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
      need(target.optional.purgeByFilter, name, 'purgeByFilter')(filter),
    );
  }

  async rerun(component: string | undefined, request: RerunRequest): Promise<RerunResponse> {
    this.#checkPayload('input', request.input);
    return this.#call('rerun', component, request.sourceInstanceId, (target, name) =>
      need(target.optional.rerun, name, 'rerun')(request),
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
    let status = 'success';
    try {
      if (instanceId === '') throw new WorkflowError('ERR_INSTANCE_ID_MISSING');
      const { name, component: target } = this.#directory.resolve(component);
      return await run(target, name);
    } catch (error) {
      status = 'failed';
      throw WorkflowError.from(error);
    } finally {
      this.#metrics.count('dapr_runtime_workflow_operation_count', { operation, status });
      this.#metrics.observe('dapr_runtime_workflow_operation_latency', performance.now() - begun, { operation, status });
    }
  }

  #checkNewId(instanceId: string, rule: IdRule): string {
    const limit = rule === 'dapr' ? maxDaprIdBytes : maxTaskHubIdBytes;
    if (Buffer.byteLength(instanceId) > limit) throw new WorkflowError('ERR_INSTANCE_ID_TOO_LONG', { limit });
    if (rule === 'dapr' && !idPattern.test(instanceId)) throw new WorkflowError('ERR_INSTANCE_ID_INVALID', { instanceId });
    return instanceId;
  }

  #checkPayload(what: string, payload: string | undefined): void {
    if (payload === undefined || payload.length * 3 <= this.#maxPayloadBytes) return;
    const bytes = Buffer.byteLength(payload);
    const limit = this.#maxPayloadBytes;
    if (bytes > limit) throw new WorkflowError('ERR_PAYLOAD_TOO_LARGE', { what, bytes, limit });
  }
}

function need<T>(operation: T | undefined, component: string, name: CapabilityName): T {
  if (!operation) throw new WorkflowError('ERR_NOT_SUPPORTED', { component, operation: name });
  return operation;
}

const pollEveryMs = 200;

async function pollFor(target: WorkflowComponent, request: WaitRequest, signal: AbortSignal): Promise<WorkflowInstance> {
  for (;;) {
    if (signal.aborted) throw new WorkflowError('ERR_CANCELLED');
    const instance = await target.get({ instanceId: request.instanceId }).catch(absent);
    if (instance && (request.until === 'closed' ? isClosed(instance.status) : instance.status !== 'PENDING')) return instance;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pollEveryMs);
      signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
    });
  }
}

function absent(error: unknown): undefined {
  const known = WorkflowError.from(error);
  if (known.code !== 'ERR_INSTANCE_NOT_FOUND') throw known;
}

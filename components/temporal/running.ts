import {
  WorkflowError,
  type ComponentContext,
  type ListRequest,
  type ListResponse,
  type PurgeRequest,
  type PurgeResponse,
} from '../../core/index.js';
import type { TemporalConfig } from './config.js';
import { ActivityTasks } from './engine/activities.js';
import { Pollers } from './engine/pollers.js';
import { WorkflowTasks } from './engine/tasks.js';
import { answerQuery } from './engine/queries.js';
import { Cascades } from './operations/cascade.js';
import { Lists, stalledRuns } from './operations/list.js';
import { Operations } from './operations/operations.js';
import { purge } from './operations/purge.js';
import { Reader } from './operations/reader.js';
import { RunReads } from './operations/run-reads.js';
import { Starter } from './operations/start.js';
import { Waits } from './operations/wait.js';
import { codeOf, errorOf, isNamespaceMissing, status, textOf } from './server/errors.js';
import { createServer, type Server } from './server/server.js';
import { cascadeType, type CommandSettings } from './translate/step-commands.js';
import type { ActivityTask, WorkflowTask } from './vendor.js';

/** Polls open at once, of each kind. */
const pollers = 10;
/** The server may be a second late with a timer that is shorter than this, ms. */
const shortTimerMs = 1_200;
/** How late the server may be before it is asked, ms. */
const timerGraceMs = 30;

/** Opens the connection and begins to take work. Throws what is wrong with the configuration; a server that is only down is asked again. */
export async function openRunning(
  context: ComponentContext,
  config: TemporalConfig,
  signal: AbortSignal,
): Promise<Running> {
  const server = await createServer(config);
  try {
    const trouble = await troubleOf(server, signal);
    const running = new Running(context, config, server, trouble);
    running.open();
    return running;
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** Why the server cannot be used at the moment; throws what will not mend by itself. */
async function troubleOf(server: Server, signal: AbortSignal): Promise<string | undefined> {
  try {
    await server.check(signal);
    return undefined;
  } catch (error) {
    const code = codeOf(error);
    const isWrong = isNamespaceMissing(error) || code === status.unauthenticated || code === status.permissionDenied;
    if (isWrong)
      throw new WorkflowError('ERR_CONFIG_INVALID', { reason: `Temporal: ${textOf(error)}` }, { cause: error });
    return errorOf(error).message;
  }
}

/** What there is of the component between `init` and `close`. */
export class Running {
  readonly operations: Operations;
  readonly waits: Waits;
  readonly #server: Server;
  readonly #reader: Reader;
  readonly #context: ComponentContext;
  readonly #lists: Lists;
  readonly #taskQueue: string;
  readonly #cascades: Cascades;
  readonly #tasks: WorkflowTasks;
  readonly #activities: ActivityTasks;
  readonly #workflowPollers: Pollers<WorkflowTask>;
  readonly #stickyPollers: Pollers<WorkflowTask>;
  readonly #activityPollers: Pollers<ActivityTask>;
  readonly #stickyQueue: string;
  readonly #nudges = new Set<() => void>();
  #trouble: string | undefined;

  constructor(context: ComponentContext, config: TemporalConfig, server: Server, trouble: string | undefined) {
    const { clock, ids } = context;
    const settings: CommandSettings = config;
    const { taskQueue, activityHeartbeatMs } = config;
    this.#context = context;
    this.#server = server;
    this.#trouble = trouble;
    this.#stickyQueue = `${taskQueue}:${ids.uuid()}`;
    this.#reader = new Reader(new RunReads(server, config.cachedRuns), clock);
    this.#taskQueue = taskQueue;
    this.#lists = new Lists(server, this.#reader, taskQueue, clock);
    this.waits = new Waits(server, this.#reader, clock);
    const changed = (instanceId: string): void => this.waits.changed(instanceId);
    const newId = (): string => ids.uuid();
    this.#cascades = new Cascades({ server, reader: this.#reader, settings, ended: changed, newId });
    this.operations = new Operations({
      context,
      server,
      reader: this.#reader,
      starter: new Starter(server, this.#reader, settings, context),
      cascades: this.#cascades,
      task: (task) => this.#takeTask(task),
      changed,
      liveRun: (instanceId) => this.#tasks.liveRun(instanceId),
    });
    this.#activities = new ActivityTasks({
      server,
      context,
      heartbeatMs: activityHeartbeatMs,
      history: (instanceId, runId) => this.#reader.historyOf(instanceId, runId),
      poisoned: (instanceId, runId, description) => void this.operations.poisoned(instanceId, runId, description),
    });
    this.#tasks = new WorkflowTasks({
      server,
      context,
      settings,
      cachedRuns: config.cachedRuns,
      stickyQueue: this.#stickyQueue,
      activities: (tasks) => tasks.forEach((task) => this.#activities.take(task)),
      changed,
      timerOpen: (instanceId, runId, fireAtMs, isOpen) => this.#nudgeAt(instanceId, runId, fireAtMs, isOpen),
      nudge: (instanceId, runId) => void this.operations.nudge(instanceId, runId),
    });
    const polling = { clock, logger: context.logger, count: pollers, health: (reason?: string) => this.#hear(reason) };
    this.#workflowPollers = new Pollers({
      ...polling,
      what: 'workflow tasks',
      hasRoom: () => this.#tasks.inHand < config.maxConcurrentWorkflowTasks,
      poll: (stop) => server.pollWorkflowTask(taskQueue, stop),
      take: (task) => this.#takeTask(task),
    });
    this.#stickyPollers = new Pollers({
      ...polling,
      what: 'workflow tasks of this host',
      hasRoom: () => this.#tasks.inHand < config.maxConcurrentWorkflowTasks,
      poll: (stop) => server.pollStickyTask(this.#stickyQueue, taskQueue, stop),
      take: (task) => this.#takeTask(task),
    });
    this.#activityPollers = new Pollers({
      ...polling,
      what: 'activities',
      hasRoom: () => this.#activities.inHand < config.maxConcurrentActivities,
      poll: (stop) => server.pollActivityTask(taskQueue, stop),
      take: (task) => this.#activities.take(task),
    });
  }

  /** Why the server cannot be reached, if it cannot. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  open(): void {
    // First: a queue that nobody asks is passed over.
    this.#stickyPollers.open();
    this.#workflowPollers.open();
    this.#activityPollers.open();
    void this.#tryStalledAgain();
  }

  /** What another host left stalled is not known here, and nothing happens to it by itself. */
  async #tryStalledAgain(): Promise<void> {
    try {
      const stalled = await stalledRuns(this.#server, this.#taskQueue);
      await Promise.all(stalled.map(({ workflowId, runId }) => this.operations.nudge(workflowId ?? '', runId ?? '')));
    } catch (error) {
      this.#context.logger.warn({ reason: textOf(error) }, 'stalled instances could not be looked for');
    }
  }

  list(request: ListRequest): Promise<ListResponse> {
    return this.#lists.list(request);
  }

  purge(request: PurgeRequest): Promise<PurgeResponse> {
    return purge(this.#server, this.#reader, request, (instanceId) => {
      this.#tasks.forget(instanceId);
      this.#activities.forget(instanceId);
    });
  }

  #hear(reason: string | undefined): void {
    this.#trouble = reason;
  }

  #takeTask(task: WorkflowTask): void {
    if (task.workflowType?.name === cascadeType) return void this.#cascades.work(task);
    if (task.query) return void answerQuery(this.#server, task);
    this.#tasks.take(task).catch((error: unknown) => {
      const instanceId = task.workflowExecution?.workflowId;
      this.#context.logger.error({ instanceId, err: error }, 'a workflow task could not be taken');
    });
  }

  /** Short timers are asked for when the server does not bring them in time. */
  #nudgeAt(instanceId: string, runId: string, fireAtMs: number, isOpen: () => boolean): void {
    const { clock } = this.#context;
    if (fireAtMs - clock.now() > shortTimerMs) return;
    const cancel = clock.at(fireAtMs + timerGraceMs, () => {
      this.#nudges.delete(cancel);
      if (isOpen()) void this.operations.nudge(instanceId, runId);
    });
    this.#nudges.add(cancel);
  }

  /** Takes no more work, gives back what is in hand, and waits for what is being recorded. */
  async close(): Promise<void> {
    this.waits.close();
    for (const cancel of this.#nudges) cancel();
    this.#nudges.clear();
    await Promise.all([this.#stickyPollers, this.#workflowPollers, this.#activityPollers].map((all) => all.close()));
    await this.#server.leave(this.#stickyQueue).catch(() => undefined);
    await Promise.all([this.#tasks.close(), this.#activities.close()]);
    await this.#server.close();
  }
}

import { isClosed, WorkflowError, type ComponentContext } from '../../../core/index.js';
import { childIdTaken, childResult, eventRaised, terminated, type Effect } from '../../../core/orchestration/index.js';
import type { Beginning } from '../record/beginning.js';
import { viewOf, type Known } from '../record/known.js';
import type { Names } from '../record/names.js';
import { pack, packedIn } from '../record/pack.js';
import type { Server } from '../server/server.js';
import type { ServerTask } from '../server/shapes.js';
import type { Engine } from './engine.js';
import type { Mailer } from './mailer.js';
import type { Queues } from './queues.js';
import type { Reader } from './reader.js';
import type { Leave } from './route.js';
import type { Starter } from './starter.js';
import { Timers } from './timers.js';

/** Between looks at a message nobody has taken, seconds. */
const mailPauseSeconds = 30;
const longestPauseSeconds = 300;

export interface ErrandsOptions {
  readonly context: ComponentContext;
  readonly server: Server;
  readonly reader: Reader;
  readonly names: Names;
  readonly queues: Queues;
  readonly mailer: Mailer;
  readonly starter: Starter;
  readonly engine: () => Engine;
}

/** The tasks that hosts themselves carry out: timers, effects on other instances, ends of executions, stray messages. */
export class Errands {
  readonly #options: ErrandsOptions;
  readonly #timers: Timers;
  #closed = false;

  constructor(options: ErrandsOptions) {
    this.#options = options;
    this.#timers = new Timers({ ...options, failed: (task, error) => this.#failed(task, error) });
  }

  serve(): void {
    const { queues, names } = this.#options;
    const serve = (type: string, run: (task: ServerTask) => Promise<void>): void =>
      queues.serve(type, (task) => {
        run(task).catch((error: unknown) => this.#failed(task, error));
      });
    serve(names.timer, (task) => this.#timers.delivered(task));
    serve(names.child, (task) => this.#child(task));
    serve(names.post, (task) => this.#post(task));
    serve(names.leave, (task) => this.#leave(task));
    serve(names.mail, (task) => this.#mail(task));
  }

  close(): void {
    this.#closed = true;
    this.#timers.close();
  }

  /** It is delivered again when its lease has ended. */
  #failed({ taskType, correlationId }: ServerTask, error: unknown): void {
    if (this.#closed) return;
    const { code } = WorkflowError.from(error);
    this.#options.context.logger.warn(
      { task: taskType, instanceId: correlationId, code, err: error },
      'a task was not carried out',
    );
  }

  async #child(task: ServerTask): Promise<void> {
    const { engine, starter, context } = this.#options;
    const effect = effectIn(task);
    if (effect.kind !== 'startChild') return;
    const begun = await starter.beginIfFree(effect.start);
    await this.#complete(task, { out: pack(begun) });
    const instanceId = task.correlationId ?? '';
    const held = engine().find(instanceId);
    this.#confirmed(task);
    if (begun === 'begun') return;
    const nowMs = context.clock.now();
    const event = childIdTaken(effect.taskId, effect.start.instanceId, nowMs);
    const letter = { event, generation: held?.state.generation ?? 0, stamp: 0, atMs: nowMs };
    if (!held || !engine().resultCame(instanceId, held.executionId, letter)) engine().wake(instanceId);
  }

  async #post(task: ServerTask): Promise<void> {
    await this.perform(effectIn(task), `${task.workflowInstanceId}\n${task.referenceTaskName}`);
    await this.#complete(task, { out: pack('done') });
    this.#confirmed(task);
  }

  #confirmed(task: ServerTask): void {
    const held = this.#options.engine().find(task.correlationId ?? '');
    if (held?.workflowId !== task.workflowInstanceId) return;
    held.posts.delete(task.referenceTaskName);
    held.posts.delete(task.referenceTaskName.replace(/__\d+$/, ''));
  }

  /** Does it, once however often it is asked with the same key. */
  async perform(effect: Effect, key: string): Promise<void> {
    const { context, starter, reader, mailer, engine } = this.#options;
    const nowMs = context.clock.now();
    switch (effect.kind) {
      case 'startChild':
      case 'startDetached': {
        const begun = await starter.beginIfFree(effect.start);
        if (begun === 'taken')
          context.logger.warn({ instanceId: effect.start.instanceId }, 'a workflow was not begun: its id is taken');
        return;
      }
      case 'sendEvent': {
        const target = await reader.one(effect.instanceId);
        if (!target || isClosed(viewOf(target).status)) return;
        await mailer.send(effect.instanceId, {
          run: target.run,
          key,
          event: eventRaised(effect.name, effect.data, nowMs),
        });
        return engine().mailCame(effect.instanceId);
      }
      case 'terminateOther':
        return this.terminate(effect.instanceId, effect.output, effect.recurse, key);
      case 'reportToParent': {
        const { parent, outcome } = effect;
        const target = await reader.one(parent.instanceId);
        if (!target || target.executionId !== parent.executionId) return;
        const to = { executionId: target.executionId, generation: target.state.generation };
        await mailer.send(parent.instanceId, {
          run: target.run,
          key,
          to,
          event: childResult(parent.taskId, outcome, nowMs),
        });
        return engine().mailCame(parent.instanceId);
      }
      default:
    }
  }

  /** Ends an instance; with `recurse` also what is below one that has ended already. */
  async terminate(instanceId: string, output: string | undefined, recurse: boolean, key: string): Promise<void> {
    const { context, reader, mailer, engine } = this.#options;
    const target = await reader.one(instanceId);
    if (!target) return;
    if (!isClosed(viewOf(target).status)) {
      await mailer.send(instanceId, { run: target.run, key, event: terminated(output, recurse, context.clock.now()) });
      return engine().mailCame(instanceId, true);
    }
    for (const child of recurse ? target.state.children : [])
      await this.terminate(child, undefined, true, `${key}\n${child}`);
  }

  async #leave(task: ServerTask): Promise<void> {
    const { engine, reader, server, mailer, starter } = this.#options;
    const instanceId = task.correlationId ?? '';
    const { effects, successor, end } = packedIn(task.inputData) as Leave;
    for (const [index, effect] of effects.entries()) await this.perform(effect, `${task.workflowInstanceId}\n${index}`);
    const output = { n: task.inputData?.['n'], ...end };
    if (!successor) {
      await server.completeByRef(task.workflowInstanceId, task.referenceTaskName, output);
      return engine().left(instanceId, task.workflowInstanceId);
    }
    // What this generation has taken must be gone before the record that says so.
    await mailer.settled(instanceId);
    const held = engine().find(instanceId);
    const isFirstTry = held?.workflowId === task.workflowInstanceId && task.pollCount === 1 && !held.stale;
    const known = isFirstTry ? undefined : await reader.one(instanceId);
    for (const { workflowId } of known?.workflowIds.includes(task.workflowInstanceId) ? known.read : []) {
      if (workflowId !== undefined) await server.remove(workflowId);
    }
    const workflowId = successorIn(known, successor, task) ?? (await starter.execution(instanceId, successor));
    await server.completeByRef(task.workflowInstanceId, task.referenceTaskName, output);
    const before = (known ?? held)?.workflowIds ?? [];
    engine().left(instanceId, task.workflowInstanceId, { workflowId, beginning: successor });
    if (successor.segment > 0) return;
    for (const old of before) if (old !== workflowId) await server.remove(old);
  }

  /** A message whose host did not see it taken: its instance is woken, until a record says that it has it. */
  async #mail(task: ServerTask): Promise<void> {
    const { reader, server, engine } = this.#options;
    const instanceId = task.correlationId ?? '';
    const held = engine().find(instanceId);
    if (held && !held.stale && !held.state.closed) {
      engine().mailCame(instanceId);
      return this.#putBack(task, pauseFor(task));
    }
    const known = await reader.one(instanceId);
    const isWaiting = known?.inbox.some(({ workflowId }) => workflowId === task.workflowInstanceId) ?? false;
    if (!known || !isWaiting || isClosed(known.state.closed?.status ?? 'RUNNING'))
      return server.remove(task.workflowInstanceId);
    engine().mailCame(instanceId);
    await this.#putBack(task, pauseFor(task));
  }

  #complete({ workflowInstanceId, taskId }: ServerTask, outputData: Readonly<Record<string, unknown>>): Promise<void> {
    return this.#options.server.update({ workflowInstanceId, taskId, status: 'COMPLETED', outputData });
  }

  #putBack({ workflowInstanceId, taskId }: ServerTask, callbackAfterSeconds: number): Promise<void> {
    return this.#options.server.update({ workflowInstanceId, taskId, status: 'IN_PROGRESS', callbackAfterSeconds });
  }
}

/** The execution that was begun for the successor before, if one was. */
function successorIn(known: Known | undefined, successor: Beginning, task: ServerTask): string | undefined {
  if (!known || known.workflowId === task.workflowInstanceId) return undefined;
  const isIt = known.executionId === successor.executionId && known.segment >= successor.segment;
  return isIt ? known.workflowId : undefined;
}

function pauseFor({ pollCount = 1 }: ServerTask): number {
  return Math.min(longestPauseSeconds, mailPauseSeconds * pollCount);
}

function effectIn(task: ServerTask): Effect {
  return packedIn(task.inputData) as Effect;
}

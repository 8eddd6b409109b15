import { createHash } from 'node:crypto';
import { isClosed, type ComponentContext } from '../../../core/index.js';
import {
  createState,
  executionStarted,
  foldAll,
  type ChildStart,
  type Seed,
} from '../../../core/orchestration/index.js';
import { packedInput, type Beginning } from '../record/beginning.js';
import { routing } from '../record/definitions.js';
import { viewOf, type Known } from '../record/known.js';
import type { Names } from '../record/names.js';
import type { Server } from '../server/server.js';
import type { Engine } from './engine.js';
import type { Reader } from './reader.js';

export interface StarterOptions {
  readonly context: ComponentContext;
  readonly server: Server;
  readonly reader: Reader;
  readonly names: Names;
  readonly engine: () => Engine;
}

/** How a start went when the id may be somebody's. */
export type Begun = 'begun' | 'taken';

/** Begins executions. */
export class Starter {
  readonly #options: StarterOptions;

  constructor(options: StarterOptions) {
    this.#options = options;
  }

  /** Begins a run in place of a closed one (`earlier`). The caller has checked that it may. */
  async begin(start: ChildStart, earlier: Known | undefined): Promise<'begun' | 'overtaken'> {
    const { context, engine } = this.#options;
    const { instanceId, parent, ...fields } = start;
    // A child's identity follows from the call, so that two of one call are seen to be one.
    const executionId = parent
      ? callId(parent.executionId ?? parent.instanceId, parent.taskId)
      : context.ids.executionId();
    const identity = { instanceId, executionId, generation: 0, timestampMs: context.clock.now() };
    const event = executionStarted({ ...identity, ...fields, ...(parent ? { parent } : {}) });
    const facts = [{ event, generation: 0, stamp: 0 }];
    const beginning: Beginning = { run: executionId, executionId, generation: 0, segment: 0, facts };
    const workflowId = await this.execution(instanceId, beginning);
    if (!(await this.#isAlone(instanceId, workflowId, earlier))) return 'overtaken';
    engine().began(instanceId, workflowId, beginning, createState(instanceId));
    return 'begun';
  }

  async beginSeeded({ instanceId, history }: Seed): Promise<void> {
    const started = history.find((event) => event.kind === 'executionStarted');
    const executionId = started?.kind === 'executionStarted' ? started.executionId : '';
    const beginning: Beginning = { run: executionId, executionId, generation: 0, segment: 0, facts: [], seed: history };
    const workflowId = await this.execution(instanceId, beginning);
    this.#options.engine().began(instanceId, workflowId, beginning, foldAll(instanceId, history));
  }

  /** Starts an execution on the server; answers its id. */
  execution(instanceId: string, beginning: Beginning): Promise<string> {
    const { server, names } = this.#options;
    return server.start(names.workflow, instanceId, { ...routing(names), ...packedInput(beginning) });
  }

  /**
   * Whether no other start was made since: whoever sees another takes its own back. Also takes away what is left of the
   * run that gave way.
   */
  async #isAlone(instanceId: string, workflowId: string, earlier: Known | undefined): Promise<boolean> {
    const { server, names } = this.#options;
    const found = await server.correlated(names.workflow, [instanceId], false);
    const replaced = new Set([...(earlier?.workflowIds ?? []), ...(earlier?.others ?? [])]);
    const others = (found.get(instanceId) ?? []).filter(
      (one) => one.workflowId !== workflowId && !replaced.has(one.workflowId),
    );
    if (others.length > 0) {
      await server.remove(workflowId);
      return false;
    }
    for (const id of replaced) await server.remove(id);
    return true;
  }

  /** Begins a child or a detached instance, once however often it is asked. */
  async beginIfFree(start: ChildStart): Promise<Begun> {
    const { reader } = this.#options;
    const existing = await reader.one(start.instanceId);
    if (existing) {
      if (isSameCall(existing, start)) return 'begun';
      if (!isClosed(viewOf(existing).status) || (await this.#hasLiveFamily(existing))) return 'taken';
    }
    return (await this.begin(start, existing)) === 'begun' ? 'begun' : 'taken';
  }

  async #hasLiveFamily(known: Known): Promise<boolean> {
    const queue = [...known.state.children];
    const seen = new Set([known.instanceId]);
    while (queue.length > 0) {
      const ids = queue.splice(0).filter((id) => !seen.has(id) && seen.add(id));
      const found = await this.#options.reader.many(ids);
      for (const child of found.values()) {
        if (!isClosed(viewOf(child).status)) return true;
        queue.push(...child.state.children);
      }
    }
    return false;
  }
}

function callId(executionId: string, taskId: number): string {
  return createHash('sha256').update(`${executionId}\n${taskId}`).digest('hex').slice(0, 32);
}

function isSameCall(known: Known, { parent }: ChildStart): boolean {
  return parent !== undefined && known.run === callId(parent.executionId ?? parent.instanceId, parent.taskId);
}

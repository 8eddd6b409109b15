import { WorkflowError, type ComponentContext } from '../../core/index.js';
import type { ConductorConfig } from './config.js';
import { Activities } from './engine/activities.js';
import { Engine } from './engine/engine.js';
import { Errands } from './engine/errands.js';
import { Mailer } from './engine/mailer.js';
import { Queues } from './engine/queues.js';
import { Reader } from './engine/reader.js';
import { Starter } from './engine/starter.js';
import { Upkeep } from './engine/upkeep.js';
import { Operations } from './operations.js';
import {
  branchDefinition,
  mailboxDefinition,
  marker,
  stepDefinition,
  workflowDefinition,
} from './record/definitions.js';
import { namesFor, type Names } from './record/names.js';
import { authorizeFor } from './server/authorize.js';
import { Rest } from './server/rest.js';
import { Server } from './server/server.js';

/** What there is between `init` and `close`. */
export interface Running {
  readonly rest: Rest;
  readonly operations: Operations;
  close(): Promise<void>;
}

/** Registers our definitions and begins to serve. Throws `ERR_STORE_UNAVAILABLE`, `ERR_CONFIG_INVALID`, `ERR_PACKAGE_MISSING`. */
export async function open(context: ComponentContext, config: ConductorConfig): Promise<Running> {
  const { serverUrl, requestTimeoutMs, leaseMs, idlePollMs } = config;
  const names = namesFor(config.prefix);
  const rest = new Rest({ serverUrl, requestTimeoutMs, authorize: await authorizeFor(config) });
  const server = new Server(rest, names, `${context.appId}-${context.ids.uuid()}`);
  await define(server, names, leaseMs);
  const reader = new Reader(server, names);
  const mailer = new Mailer(context, server, names);
  const queues = new Queues({ server, clock: context.clock, logger: context.logger, idlePollMs });
  const shared = { context, server, reader, names, queues, mailer, leaseMs, engine: () => engine };
  const starter = new Starter(shared);
  const activities = new Activities(shared);
  const engine: Engine = new Engine({
    ...shared,
    serveActivity: (name) => activities.serve(name),
    changed: (instanceId) => operations.changed(instanceId),
  });
  const errands = new Errands({ ...shared, starter });
  const forget = (instanceId: string, workflowIds: readonly string[]): void => {
    engine.forget(instanceId, workflowIds);
    activities.forget(instanceId);
  };
  const operations: Operations = new Operations({ ...shared, starter, engine, forget });
  queues.serve(names.decide, (task) => engine.decides.arrived(task));
  errands.serve();
  await activities.serveKnown();
  const upkeep = new Upkeep(shared);
  upkeep.begin();
  const close = async (): Promise<void> => {
    upkeep.close();
    queues.close();
    errands.close();
    activities.close();
    engine.close();
    await mailer.close();
    rest.close();
  };
  return { rest, operations, close };
}

/** Makes our definitions known. One of the same name that is not ours is left alone, and refused. */
async function define(server: Server, names: Names, leaseMs: number): Promise<void> {
  for (const name of [names.workflow, names.mailbox]) {
    const there = await server.workflowDefinition(name);
    if (there && there.description !== marker) {
      throw new WorkflowError('ERR_CONFIG_INVALID', {
        reason: `the Conductor server has a workflow "${name}" of somebody else; choose another prefix`,
      });
    }
  }
  const leaseSeconds = Math.ceil(leaseMs / 1_000);
  const { timer, child, post, mail, leave, decide } = names;
  const branches = [timer, child, post, mail, leave, decide].map((name) => branchDefinition(name, leaseSeconds));
  await server.defineTasks([stepDefinition(names, leaseSeconds), ...branches]);
  await server.defineWorkflows([workflowDefinition(names), mailboxDefinition(names)]);
}

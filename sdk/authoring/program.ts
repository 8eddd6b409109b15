import type { LogFields, Logger } from '../../core/index.js';
import type { Program, ReplayContext } from '../../core/orchestration/replay/index.js';
import type { AnyWorkflow } from './definitions.js';
import { decode, encode } from './json.js';
import { parse } from './schema.js';
import { Scope } from './scope.js';
import { WorkflowRun } from './workflow-run.js';

/** The definition as the replay core runs it. */
export function programOf(definition: AnyWorkflow, logger: Logger): Program {
  const run = async (context: ReplayContext, text: string | undefined): Promise<string | undefined> => {
    const scope = new Scope();
    try {
      const input = parse(definition.name, definition.schema, decode(text));
      const wf = new WorkflowRun(context, new FirstTimeLogger(context, logger), scope, true);
      // The input has the type the definition was written for: it was started with it, or its schema has just said so.
      return encode(await definition.run(wf, input as never));
    } catch (error) {
      throw await scope.undo(error);
    }
  };
  return { run, ...(definition.version === undefined ? {} : { version: definition.version }) };
}

/** Writes only what happens for the first time. */
class FirstTimeLogger implements Logger {
  readonly #context: ReplayContext;
  readonly #logger: Logger;

  constructor(context: ReplayContext, logger: Logger) {
    this.#context = context;
    this.#logger = logger;
  }

  debug(fields: LogFields, message: string): void {
    if (!this.#context.isReplaying) this.#logger.debug(this.#with(fields), message);
  }

  info(fields: LogFields, message: string): void {
    if (!this.#context.isReplaying) this.#logger.info(this.#with(fields), message);
  }

  warn(fields: LogFields, message: string): void {
    if (!this.#context.isReplaying) this.#logger.warn(this.#with(fields), message);
  }

  error(fields: LogFields, message: string): void {
    if (!this.#context.isReplaying) this.#logger.error(this.#with(fields), message);
  }

  #with(fields: LogFields): LogFields {
    return { instanceId: this.#context.instanceId, workflow: this.#context.workflowName, ...fields };
  }
}

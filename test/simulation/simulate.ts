import { isClosed } from '../../core/index.js';
import { legal, type HistoryEvent } from '../../core/orchestration/index.js';
import type { WorkflowHandle } from '../../sdk/client/index.js';
import { testHost, type TestHost } from '../../sdk/testing/index.js';
import { checkEnd } from '../crash/checks.js';
import type { LifeLog } from '../crash/life.js';
import { eventsOf, makeProgram, nothingYet, type Progress } from '../crash/program.js';
import { Random } from '../crash/random.js';
import { makeWorkflows, numbered } from '../crash/workflows.js';

export interface Simulated {
  /** Every instance with its history, in words: equal for equal seeds, to the last character. */
  readonly trace: string;
  readonly violations: readonly string[];
}

/** Deeds before everything is freed to end. */
const deeds = 40;

/** A whole host in one process, in virtual time: random programs under random treatment, all of it from one seed. */
export async function simulate(seed: number): Promise<Simulated> {
  const ran = new Map<string, number>();
  const { program, add } = makeWorkflows((context) => {
    ran.set(context.idempotencyKey, (ran.get(context.idempotencyKey) ?? 0) + 1);
  });
  const host = await testHost({ workflows: [program], activities: [add] });
  try {
    const simulation = new Simulation(host, new Random(seed), program);
    await simulation.play();
    await simulation.finish();
    return await judge(host, simulation.logs, ran);
  } finally {
    await host.close();
  }
}

type ProgramWorkflow = ReturnType<typeof makeWorkflows>['program'];

class Simulation {
  readonly logs: LifeLog[] = [];
  readonly #host: TestHost;
  readonly #random: Random;
  readonly #workflow: ProgramWorkflow;
  readonly #handles: WorkflowHandle<Progress>[] = [];

  constructor(host: TestHost, random: Random, workflow: ProgramWorkflow) {
    this.#host = host;
    this.#random = random;
    this.#workflow = workflow;
  }

  async play(): Promise<void> {
    for (let deed = 0; deed < deeds; deed += 1) {
      if (this.#handles.length === 0 || this.#random.chance(0.1)) await this.#start();
      const index = this.#random.between(0, this.#handles.length - 1);
      const [handle, log] = [this.#handles[index], this.logs[index]];
      if (handle && log) await this.#do(handle, log);
    }
  }

  /** Frees everything: nobody is suspended, every wait gets its event, time passes. */
  async finish(): Promise<void> {
    for (const [index, handle] of this.#handles.entries()) {
      const log = this.logs[index];
      if (!log) continue;
      await handle.resume();
      while (log.raised.length < eventsOf(log.ops)) await this.#raise(handle, log);
      const view = await handle.wait('closed');
      log.end = { instanceId: handle.id, status: view.status, outputText: JSON.stringify(view.output) };
    }
    await this.#host.advance('1h');
  }

  async #start(): Promise<void> {
    const instanceId = `life-${this.logs.length}`;
    const ops = makeProgram(this.#random);
    this.#handles.push(await this.#host.start(this.#workflow, { ops, progress: nothingYet }, { id: instanceId }));
    const nothing = {
      starts: ['acknowledged'],
      raised: [],
      terminated: false,
      purged: false,
      end: undefined,
      violations: [],
    };
    this.logs.push({ instanceId, ops, ...nothing });
  }

  async #do(handle: WorkflowHandle<Progress>, log: LifeLog): Promise<void> {
    switch (this.#random.between(0, 9)) {
      case 0:
        return handle.suspend();
      case 1:
      case 2:
        return handle.resume();
      case 3:
        if (!this.#random.chance(0.2)) return;
        log.terminated = true;
        return handle.terminate();
      case 4:
      case 5:
        return this.#host.advance(this.#random.between(0, 400));
      case 6:
        return this.#host.settle();
      default:
        return this.#raise(handle, log);
    }
  }

  async #raise(handle: WorkflowHandle<Progress>, log: LifeLog): Promise<void> {
    const data = log.raised.length + 1;
    log.raised.push({ data, outcome: 'acknowledged' });
    await handle.raise(numbered, data);
  }
}

async function judge(host: TestHost, logs: readonly LifeLog[], ran: ReadonlyMap<string, number>): Promise<Simulated> {
  const { instances } = await host.client.list({ pageSize: 1_024 });
  const violations = logs.flatMap((log) => [...log.violations, ...checkEnd(log)]);
  const trace: string[] = [];
  for (const { instanceId, status } of instances) {
    const history = await host.client.get(instanceId).history();
    trace.push(`${instanceId} ${status}`, ...history.map((event) => `  ${JSON.stringify(event)}`));
    if (!isClosed(status)) violations.push(`${instanceId}: rests as ${status}`);
    const worked = history.filter((event) => event.kind === 'taskScheduled').filter((event) => runs(ran, event) > 0);
    for (const { rule, index, detail } of legal(
      history,
      { quiescent: true },
      { ran: worked.map(({ eventId }) => eventId) },
    )) {
      violations.push(`${instanceId}: ${rule} (event ${index}: ${detail})`);
    }
    for (const event of worked) {
      if (runs(ran, event) > 1) violations.push(`${instanceId}: activity ${event.eventId} ran twice without a crash`);
    }
  }
  return { trace: trace.join('\n'), violations };
}

function runs(ran: ReadonlyMap<string, number>, event: Extract<HistoryEvent, { kind: 'taskScheduled' }>): number {
  return ran.get(event.taskExecutionId ?? '') ?? 0;
}

import { WorkflowError, type InstanceSummary } from '../../../../core/index.js';
import type { HistoryEvent } from '../../../../core/orchestration/index.js';
import type { Program } from '../../../../conformance/worker/program.js';
import type { EngineHarness } from '../../../support/engine-harness.js';
import type { Lives } from './lives.js';

/** A bit of everything: fan-out, timer, child, event, next generation, retry-free failure of nothing. */
export const scenarioProgram: Program = [
  { kind: 'call', count: 2 },
  { kind: 'status', value: '"half"' },
  { kind: 'sleep', ms: 2_000 },
  {
    kind: 'child',
    steps: [
      { kind: 'call', count: 1 },
      { kind: 'sleep', ms: 500 },
    ],
  },
  { kind: 'wait', name: 'go' },
  {
    kind: 'again',
    steps: [
      { kind: 'call', count: 1 },
      { kind: 'wait', name: 'end' },
      { kind: 'sleep', ms: 90_000 },
    ],
  },
];

/** What must not depend on faults: every history, without times and ids that are made up. */
export type Outcome = Readonly<Record<string, readonly unknown[]>>;

/**
 * Plays the scenario as a client that insists: what is refused because of the store is asked again, and an engine whose
 * process died is started again.
 */
export class Scenario {
  readonly #lives: Lives;
  /** Set by a fail point that kills. */
  dead = false;

  constructor(lives: Lives) {
    this.#lives = lives;
  }

  get #engine(): EngineHarness {
    return this.#lives.engine;
  }

  async play(): Promise<Outcome> {
    await this.#once('ERR_INSTANCE_EXISTS', (engine) => engine.start('root', scenarioProgram));
    await this.#pass(3_000);
    await this.#raiseOnce('go');
    await this.#pass(1_000);
    await this.#raiseOnce('end');
    await this.#pass(100_000);
    const instances = await this.#insist(listAll);
    const outcome: Record<string, readonly unknown[]> = {};
    for (const { instanceId } of instances) {
      const events = await this.#insist((engine) => historyOf(engine, instanceId));
      outcome[instanceId] = events.map(withoutTimes);
    }
    return outcome;
  }

  /** Time passes in steps, and whatever became possible happens. */
  async #pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += ms / 10) {
      await this.#settle();
      this.#engine.clock.advance(ms / 10);
    }
    await this.#settle();
  }

  async #settle(): Promise<void> {
    for (;;) {
      await this.#engine.settle();
      if (!this.dead) return;
      await this.#restart();
    }
  }

  async #restart(): Promise<void> {
    this.dead = false;
    await this.#lives.crash(200);
  }

  /** An event whose answer was lost may be there: history says, as it would tell a person. */
  async #raiseOnce(eventName: string): Promise<void> {
    await this.#insist(async (engine) => {
      const events = await historyOf(engine, 'root');
      const isThere = events.some((event) => event.kind === 'eventRaised' && event.name === eventName);
      // The first event ends the first generation, whose history is gone then.
      if (isThere || (eventName === 'go' && (await engine.get('root')).generation > 0)) return;
      await engine.component.raiseEvent({ instanceId: 'root', eventName, data: '1' });
    });
  }

  async #once(already: string, call: (engine: EngineHarness) => Promise<void>): Promise<void> {
    await this.#insist(async (engine) => {
      try {
        await call(engine);
      } catch (error) {
        if (WorkflowError.from(error).code !== already) throw error;
      }
    });
  }

  async #insist<T>(call: (engine: EngineHarness) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        const answer = await call(this.#engine);
        if (!this.dead) return answer;
      } catch (error) {
        if (WorkflowError.from(error).code !== 'ERR_STORE_UNAVAILABLE') throw error;
      }
      if (this.dead) await this.#restart();
      else this.#engine.clock.advance(60);
      await this.#engine.settle();
    }
  }
}

async function listAll({ component }: EngineHarness): Promise<readonly InstanceSummary[]> {
  return (await component.optional.list?.({ pageSize: 100 }))?.instances ?? [];
}

export async function historyOf({ component }: EngineHarness, instanceId: string): Promise<readonly HistoryEvent[]> {
  return (await component.optional.history?.({ instanceId }))?.events ?? [];
}

function withoutTimes(event: HistoryEvent): unknown {
  const { timestampMs: _at, ...rest } = event;
  const { fireAt: _fireAt, executionId: _execution, parent: _parent, ...same } = rest as Record<string, unknown>;
  return same;
}

import fc from 'fast-check';
import { afterEach, describe, expect, test } from '@jest/globals';
import { WorkflowError, isClosed, type ErrorCode } from '../../../core/index.js';
import { legal, type ClientLog } from '../../../core/orchestration/index.js';
import type { Program } from '../../../conformance/worker/program.js';
import type { EngineHarness } from '../../support/engine-harness.js';
import { deeds, eventNames, programs, type Deed } from '../../support/random-program.js';
import { memoryBackend, sqliteBackend, type Backend } from './support/backends.js';
import type { StoreHook } from './support/faulty-store.js';
import { Lives } from './support/lives.js';

/**
 * Random programs under random treatment, with crashes and failing store calls in between. The oracle judges every
 * history at rest: nothing acknowledged is lost, nothing happens twice.
 */
let lives: Lives | undefined;
afterEach(async () => {
  await lives?.end();
  lives = undefined;
});

type Raised = { name: string; data: string; outcome: 'acknowledged' | 'unknown' };

/** So many rounds of the event loop are enough for whatever needs no time. */
const calmRounds = 20;

/** What cannot be answered while the store fails is answered once it serves again: time passes for those who wait. */
async function inTime<T>(host: EngineHarness, answer: Promise<T>): Promise<T> {
  const settled = new AbortController();
  const settle = (): void => settled.abort();
  void answer.then(settle, settle);
  for (let round = 1; !settled.signal.aborted; round += 1) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (round % calmRounds === 0) host.clock.advance(50);
  }
  return answer;
}

/** Does it until the engine takes it: a client that retries. */
async function insist<T>(host: () => EngineHarness, call: (host: EngineHarness) => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await inTime(host(), call(host()));
    } catch (error) {
      if (WorkflowError.from(error).code !== 'ERR_STORE_UNAVAILABLE') throw error;
      host().clock.advance(100);
    }
  }
}

class Treatment {
  readonly raised: Raised[] = [];
  readonly ran = new Map<string, number[]>();
  readonly #lives: Lives;

  constructor(all: Lives) {
    this.#lives = all;
  }

  get host(): EngineHarness {
    return this.#lives.engine;
  }

  async do(deed: Deed): Promise<void> {
    switch (deed.kind) {
      case 'raise':
        return this.raise(deed.name);
      case 'suspend':
        return insist(
          () => this.host,
          ({ component }) => component.suspend({ instanceId: 'root' }),
        );
      case 'resume':
        return insist(
          () => this.host,
          ({ component }) => component.resume({ instanceId: 'root' }),
        );
      case 'advance':
        this.host.clock.advance(deed.ms);
        return this.host.settle();
      case 'crash':
        this.noteWork();
        await this.#lives.crash(500);
        return;
      case 'terminate':
        return insist(
          () => this.host,
          ({ component }) => component.terminate({ instanceId: 'root', recursive: true }),
        );
    }
  }

  async raise(name: string): Promise<void> {
    const raised: Raised = { name, data: `"${this.raised.length}"`, outcome: 'unknown' };
    this.raised.push(raised);
    try {
      const { component } = this.host;
      await inTime(this.host, component.raiseEvent({ instanceId: 'root', eventName: name, data: raised.data }));
      raised.outcome = 'acknowledged';
    } catch (error) {
      expect(WorkflowError.from(error).code).toBe('ERR_STORE_UNAVAILABLE');
      this.host.clock.advance(100);
    }
  }

  /** What the workers of this life ran. */
  noteWork(): void {
    for (const { instanceId, taskId } of this.host.worker.activities) {
      this.ran.set(instanceId, [...(this.ran.get(instanceId) ?? []), taskId]);
    }
  }
}

async function play(backend: Backend, program: Program, plan: readonly Deed[], hook?: StoreHook): Promise<void> {
  lives = new Lives(backend, hook ? { hook } : {});
  await lives.begin();
  const treatment = new Treatment(lives);
  await insist(
    () => treatment.host,
    (host) => startOnce(host, program),
  );
  for (const deed of plan) await treatment.do(deed);
  await treatment.do({ kind: 'resume' });
  // Enough of every event to free all waits that are left; then only the end remains.
  for (let round = 0; round < 12; round += 1) for (const name of eventNames) await treatment.raise(name);
  await releaseAll(treatment.host);
  const ended = await insist(
    () => treatment.host,
    (host) => host.finish('root'),
  );
  expect(isClosed(ended.status)).toBe(true);
  treatment.noteWork();
  await judgeAll(treatment, ended.generation, hook !== undefined);
  await lives.end();
  lives = undefined;
}

/** What says that a start whose answer was lost has happened: it lives, or has ended and left a child at work. */
const alreadyThere: readonly ErrorCode[] = ['ERR_INSTANCE_EXISTS', 'ERR_INSTANCE_ID_IN_USE'];

/** A start whose answer was lost may have happened. */
async function startOnce(host: EngineHarness, program: Program): Promise<void> {
  try {
    await host.start('root', program);
  } catch (error) {
    if (!alreadyThere.includes(WorkflowError.from(error).code)) throw error;
  }
}

/** Children wait for events too; nobody raises to them but this. */
async function releaseAll(host: EngineHarness): Promise<void> {
  for (let round = 0; round < 40; round += 1) {
    await host.settle();
    host.clock.advance(6000);
    await host.settle();
    const { instances } = await insist(
      () => host,
      ({ component }) => listAll(component),
    );
    const open = instances.filter((one) => !isClosed(one.status));
    if (open.length === 0) return;
    for (const { instanceId } of open) {
      if (instanceId === 'root') continue;
      for (const eventName of eventNames) {
        await insist(
          () => host,
          ({ component }) => component.raiseEvent({ instanceId, eventName }),
        );
      }
    }
  }
}

async function listAll({ optional }: EngineHarness['component']): Promise<{
  instances: readonly { instanceId: string; status: Parameters<typeof isClosed>[0] }[];
}> {
  return (await optional.list?.({ pageSize: 1000 })) ?? { instances: [] };
}

async function judgeAll(treatment: Treatment, generation: number, faulty: boolean): Promise<void> {
  const { host, raised, ran } = treatment;
  const { instances } = await insist(
    () => host,
    ({ component }) => listAll(component),
  );
  for (const { instanceId } of instances) {
    const { events = [] } =
      (await insist(
        () => host,
        ({ component }) => readHistory(component, instanceId),
      )) ?? {};
    // Only the last generation's history is kept, so what earlier ones consumed is not in it.
    const whole = instanceId === 'root' && generation === 0 && !faulty;
    const client: ClientLog = whole ? { raised, quiescent: true } : {};
    const work = { ran: ran.get(instanceId) ?? [] };
    expect({ instanceId, violations: legal(events, client, work) }).toEqual({ instanceId, violations: [] });
  }
}

async function readHistory({ optional }: EngineHarness['component'], instanceId: string) {
  return optional.history?.({ instanceId });
}

interface Fault {
  readonly at: readonly number[];
  readonly moment: 'before' | 'after';
}

/** Found at random: a start that is answered only once the store, which fails at a read, serves again. */
const answeredLate: Program = [
  {
    kind: 'child',
    steps: [
      { kind: 'child', steps: [], forget: true },
      { kind: 'child', steps: [] },
    ],
  },
  { kind: 'again', steps: [] },
];

describe('random programs on the built-in engine', () => {
  test('with crashes in memory: every history is one the model can produce, and everything ends', async () => {
    const run = (program: Program, plan: readonly Deed[]): Promise<void> => play(memoryBackend(), program, plan);
    await fc.assert(fc.asyncProperty(programs(), deeds, run), { numRuns: 200, endOnFailure: true });
  });

  test('with crashes on a file: the same', async () => {
    const run = (program: Program, plan: readonly Deed[]): Promise<void> => play(sqliteBackend(), program, plan);
    await fc.assert(fc.asyncProperty(programs(), deeds, run), { numRuns: 40, endOnFailure: true });
  });

  test('with store calls failing before and after they are carried out: the same', async () => {
    const faults = fc.record({
      at: fc.uniqueArray(fc.integer({ min: 1, max: 150 }), { maxLength: 20 }),
      moment: fc.constantFrom('before' as const, 'after' as const),
    });
    const run = (program: Program, plan: readonly Deed[], fault: Fault): Promise<void> => {
      const failing = new Set(fault.at);
      let calls = 0;
      const hook: StoreHook = (call, moment) => {
        // Reading a whole store back is for the recovery's own tests: here it must come to an end.
        if (moment !== fault.moment || call === 'log' || call === 'lastNo') return;
        calls += 1;
        if (failing.has(calls)) throw new Error('planned');
      };
      return play(memoryBackend(), program, plan, hook);
    };
    const examples: [Program, readonly Deed[], Fault][] = [[answeredLate, [], { at: [3, 12, 20], moment: 'before' }]];
    await fc.assert(fc.asyncProperty(programs(), deeds, faults, run), { numRuns: 200, endOnFailure: true, examples });
  });
});

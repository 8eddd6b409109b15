import { isClosed } from '../../core/index.js';
import { legal, type ClientLog, type HistoryEvent } from '../../core/orchestration/index.js';
import { suite, type CaseRow, type Suite } from '../case.js';
import type { InstanceView } from '../door.js';
import { Mismatch, type World } from '../world.js';
import { beginsAgain, endOf, eventNames, randomPlan, type Deed, type RandomPlan } from '../worker/random-plan.js';

interface Raised {
  readonly name: string;
  readonly data: string;
  readonly outcome: 'acknowledged';
}

/** What a client did to one instance, and what it saw. */
class Treatment {
  readonly raised: Raised[] = [];
  readonly #world: World;
  readonly #id: string;

  constructor(world: World, id: string) {
    this.#world = world;
    this.#id = id;
  }

  async do(deed: Deed): Promise<void> {
    const world = this.#world;
    switch (deed.kind) {
      case 'raise':
        return this.raise(deed.name);
      case 'suspend': {
        await world.door.suspend(this.#id);
        const { status } = await world.get(this.#id);
        return world.check(status === 'SUSPENDED' || isClosed(status), `SUSPENDED or an end, saw ${status}`);
      }
      case 'resume': {
        await world.door.resume(this.#id);
        const { status } = await world.get(this.#id);
        return world.check(status !== 'SUSPENDED', `not SUSPENDED after a resume`);
      }
      case 'look':
        for (let count = 0; count < deed.times; count += 1) await world.get(this.#id);
    }
  }

  /** Each event is told from all others by its data. */
  async raise(name: string): Promise<void> {
    const raised: Raised = { name, data: `"event ${this.raised.length}"`, outcome: 'acknowledged' };
    this.raised.push(raised);
    await this.#world.door.raise(this.#id, name, raised.data);
  }

  /** Raises events until no wait is left. */
  async end(): Promise<InstanceView> {
    return this.#world.eventually(`"${this.#id}" has ended`, async () => {
      for (const name of eventNames) await this.raise(name);
      const value = await this.#world.get(this.#id);
      return { done: isClosed(value.status), value };
    });
  }
}

async function play(world: World, { program, deeds, terminates }: RandomPlan): Promise<void> {
  const instanceId = world.id();
  await world.start(program, { instanceId });
  const treatment = new Treatment(world, instanceId);
  for (const deed of deeds) await treatment.do(deed);
  if (terminates) await world.door.terminate(instanceId);
  else await treatment.do({ kind: 'resume' });
  const view = await treatment.end();
  const ends = terminates ? ['TERMINATED', endOf(program)] : [endOf(program)];
  world.check(ends.includes(view.status), `an end as ${ends.join(' or ')}, saw ${view.status}`);
  if (view.status === 'COMPLETED') judgeTrace(world, view, treatment.raised);
  if (!world.door.operations.has('history') || !world.capabilities.history) return;
  // Only the last generation's history is kept, so what earlier ones consumed is not in it.
  await judgeFamily(world, instanceId, beginsAgain(program) ? {} : { raised: treatment.raised });
}

/** Events of a name are consumed in the order they were acknowledged, and none is passed over. */
function judgeTrace(world: World, { output }: InstanceView, raised: readonly Raised[]): void {
  const trace = JSON.parse(output ?? '[]') as string[];
  for (const name of eventNames) {
    const sent = raised.filter((one) => one.name === name).map((one) => one.data);
    const taken = trace.filter((text) => sent.includes(text));
    const from = sent.indexOf(taken[0] ?? '');
    world.equal(
      taken,
      taken.length === 0 ? [] : sent.slice(from, from + taken.length),
      `events "${name}" in the trace`,
    );
  }
}

/** The instance and all below it that have ended. */
async function judgeFamily(world: World, instanceId: string, client: ClientLog): Promise<void> {
  const events = await world.history(instanceId);
  const violations = legal(events, client, { ran: world.worker.ranFor(instanceId) });
  if (violations.length > 0) throw new Mismatch(`history of "${instanceId}": ${JSON.stringify(violations)}`);
  for (const childId of childrenIn(events)) {
    // A child that nobody awaits may not be there yet, or be at work still.
    if (await world.door.get(childId)) await judgeFamily(world, childId, {});
  }
}

function childrenIn(events: readonly HistoryEvent[]): readonly string[] {
  return events.flatMap((event) => (event.kind === 'childWorkflowCreated' ? [event.instanceId] : []));
}

/** So many programs are one case: a report of two hundred rows would say no more. */
const seedsPerCase = 10;

export const usualSeeds = 200;

function seedsFrom(first: number): CaseRow {
  const last = first + seedsPerCase - 1;
  return {
    id: `seeds-${first}-to-${last}`,
    promise: `Random programs ${first} to ${last}, treated at random, end as they must, with a history the model allows.`,
    run: async (world) => {
      for (let seed = first; seed <= last; seed += 1) {
        try {
          await play(world, randomPlan(seed));
        } catch (error) {
          const what = error instanceof Error ? error.message : String(error);
          throw new Mismatch(`seed ${seed}: ${what} (again: --match random/seeds-${first}-to-${last})`);
        }
      }
    },
  };
}

/** Random programs of the seeds from 0 on, in cases of ten. */
export function randomSuite(seeds = usualSeeds): Suite {
  const cases = Math.ceil(seeds / seedsPerCase);
  return suite(
    'random',
    {
      level: 'full',
      storey: 'scenario',
      pins: 'turn model 7',
      uses: ['start', 'get', 'raise', 'suspend', 'resume', 'terminate'],
      needs: ['portableWorkflows'],
    },
    Array.from({ length: cases }, (_unused, index) => seedsFrom(index * seedsPerCase)),
  );
}

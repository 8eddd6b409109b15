import { suite } from '../case.js';
import type { RefusableOperation } from '../refusals.js';
import type { World } from '../world.js';
import { goEvent, reach, states, type Expected, type StateName } from './states.js';

/** Every operation in every state: what is answered, and what it does. */
type Judged = Extract<RefusableOperation, 'start' | 'raise' | 'suspend' | 'resume' | 'terminate' | 'purge'>;

const gone = 'ERR_INSTANCE_NOT_FOUND';
const live = 'ERR_INSTANCE_EXISTS';
const open = 'ERR_INSTANCE_NOT_CLOSED';
const stuck = 'ERR_INSTANCE_STALLED';
const yes = 'accepted';

/* prettier-ignore */
const table: Readonly<Record<Judged, Readonly<Record<StateName, Expected>>>> = {
  start:     { absent: yes,  pending: live, running: live, suspended: live, completed: yes, failed: yes, terminated: yes, stalled: live },
  raise:     { absent: gone, pending: yes,  running: yes,  suspended: yes,  completed: yes, failed: yes, terminated: yes, stalled: stuck },
  suspend:   { absent: gone, pending: yes,  running: yes,  suspended: yes,  completed: yes, failed: yes, terminated: yes, stalled: stuck },
  resume:    { absent: gone, pending: yes,  running: yes,  suspended: yes,  completed: yes, failed: yes, terminated: yes, stalled: stuck },
  terminate: { absent: gone, pending: yes,  running: yes,  suspended: yes,  completed: yes, failed: yes, terminated: yes, stalled: stuck },
  purge:     { absent: gone, pending: open, running: open, suspended: open, completed: yes, failed: yes, terminated: yes, stalled: open },
};

/** The status right after the operation was accepted, where that is promised. Absent: unchanged. */
const after: Readonly<Record<Exclude<Judged, 'start' | 'purge'>, Partial<Record<StateName, string>>>> = {
  raise: { running: 'COMPLETED' },
  suspend: { pending: 'SUSPENDED', running: 'SUSPENDED' },
  resume: { suspended: 'RUNNING' },
  terminate: { pending: 'TERMINATED', running: 'TERMINATED', suspended: 'TERMINATED' },
};

const resting: Readonly<Record<StateName, string>> = {
  absent: '',
  pending: 'PENDING',
  running: 'RUNNING',
  suspended: 'SUSPENDED',
  completed: 'COMPLETED',
  failed: 'FAILED',
  terminated: 'TERMINATED',
  stalled: 'STALLED',
};

function perform(world: World, operation: Judged, id: string): Promise<unknown> {
  switch (operation) {
    case 'start':
      return world.startEcho('"again"', { instanceId: id });
    case 'raise':
      return world.door.raise(id, goEvent, '"payload"');
    case 'suspend':
      return world.door.suspend(id, 'why');
    case 'resume':
      return world.door.resume(id, 'why');
    case 'terminate':
      return world.door.terminate(id);
    case 'purge':
      return world.door.purge(id);
  }
}

async function run(world: World, operation: Judged, state: StateName): Promise<void> {
  const id = await reach(world, state);
  const expected = table[operation][state];
  if (expected !== 'accepted') {
    await world.refuses(operation, expected, () => perform(world, operation, id));
    const unchanged = await world.door.get(id);
    world.equal(unchanged?.status ?? '', resting[state], 'status after the refusal');
    return;
  }
  await perform(world, operation, id);
  if (operation === 'purge') return world.equal(await world.door.get(id), undefined, 'instance after the purge');
  if (operation === 'start') {
    const { output } = await world.ends(id);
    return world.equal(output, '"again"', 'output of the run that replaced the old one');
  }
  const status = after[operation][state] ?? resting[state];
  await world.eventually(`"${id}" is ${status}`, async () => {
    const view = await world.door.get(id);
    return { done: view?.status === status, value: view };
  });
}

const operations: readonly Judged[] = ['start', 'raise', 'suspend', 'resume', 'terminate', 'purge'];
const pins: Readonly<Record<Judged, string>> = {
  start: 'Dapr 4.8, statements 27-28',
  raise: 'Dapr 4.7, statement 51',
  suspend: 'Dapr 4.3, statement 34',
  resume: 'Dapr 4.3, statement 34',
  terminate: 'Dapr 4.4, statements 15, 33',
  purge: 'Dapr 4.5, statement 16',
};

export const operationSuite = suite(
  'operations',
  { level: 'core', storey: 'contract' },
  operations.flatMap((operation) =>
    states.map((state) => ({
      id: `${operation}-${state}`,
      promise: `${operation} of an instance that is ${state}: ${table[operation][state]}.`,
      pins: pins[operation],
      uses: [
        'start',
        'get',
        operation,
        ...(state === 'pending' ? (['startAt'] as const) : []),
        ...(state === 'suspended' ? (['suspend'] as const) : []),
        'terminate',
      ] as const,
      run: (world: World) => run(world, operation, state),
    })),
  ),
);

export const repeatSuite = suite('idempotence', { level: 'core', storey: 'contract' }, [
  {
    id: 'suspend-twice-resume-once',
    promise: 'A second suspend has no effect: one resume is enough, and an event then completes the instance.',
    pins: 'Dapr 4.3',
    uses: ['start', 'get', 'suspend', 'resume', 'raise'],
    run: async (world) => {
      const id = await reach(world, 'suspended');
      await world.door.suspend(id);
      await world.door.resume(id);
      world.equal((await world.get(id)).status, 'RUNNING', 'status right after the resume');
      await world.door.raise(id, goEvent);
      await world.ends(id);
    },
  },
  {
    id: 'terminate-keeps-the-first-output',
    promise: 'A terminate of a terminated instance changes nothing, its output included.',
    pins: 'Dapr 4.4',
    uses: ['start', 'get', 'terminate', 'terminateOutput'],
    run: async (world) => {
      const id = await reach(world, 'running');
      await world.door.terminate(id, { output: '"first"' });
      await world.door.terminate(id, { output: '"second"' });
      world.equal((await world.ends(id, 'TERMINATED')).output, '"first"', 'output');
    },
  },
  {
    id: 'read-your-writes',
    promise: 'What was acknowledged is in the next read, twenty times in a row.',
    pins: 'reliability I13',
    uses: ['start', 'get', 'suspend', 'resume', 'terminate'],
    run: async (world) => {
      const id = await reach(world, 'running');
      for (let round = 0; round < 20; round += 1) {
        await world.door.suspend(id);
        world.equal((await world.get(id)).status, 'SUSPENDED', `status after suspend ${round}`);
        await world.door.resume(id);
        world.equal((await world.get(id)).status, 'RUNNING', `status after resume ${round}`);
      }
      await world.door.terminate(id);
      world.equal((await world.get(id)).status, 'TERMINATED', 'status after terminate');
    },
  },
  {
    id: 'hundred-identical-starts',
    promise: 'Of a hundred identical starts at once exactly one wins.',
    pins: 'statement 30',
    run: async (world) => {
      const instanceId = world.id();
      const input = JSON.stringify([{ kind: 'wait', name: goEvent }]);
      const starts = Array.from({ length: 100 }, () =>
        world.door.start({ workflow: 'program', instanceId, input }).then(
          () => true,
          () => false,
        ),
      );
      const won = (await Promise.all(starts)).filter(Boolean).length;
      world.equal(won, 1, 'starts that were accepted');
    },
  },
]);

import { suite } from '../case.js';
import { reach } from './states.js';

/**
 * What a component declares to lack is refused, and not done some other way. A case applies where its capability is
 * declared absent; where it is there, other suites show that it works.
 */
export const absentSuite = suite('absent', { level: 'core', storey: 'contract', pins: 'capabilities' }, [
  {
    id: 'list',
    promise: 'A component without list refuses to list.',
    lacks: 'list',
    uses: ['list'],
    run: (world) => world.refuses('list', 'ERR_NOT_SUPPORTED', () => world.door.list({ pageSize: 1 })),
  },
  {
    id: 'history',
    promise: 'A component without history refuses to show one.',
    lacks: 'history',
    uses: ['start', 'get', 'history'],
    run: async (world) => {
      const id = await reach(world, 'completed');
      await world.refuses('history', 'ERR_NOT_SUPPORTED', () => world.history(id));
    },
  },
  {
    id: 'rerun',
    promise: 'A component without rerun refuses to run an instance again.',
    lacks: 'rerun',
    uses: ['start', 'get', 'rerun'],
    run: async (world) => {
      const call = { source: await reach(world, 'completed'), eventId: 0 };
      await world.refuses('rerun', 'ERR_NOT_SUPPORTED', () => world.door.rerun(call));
    },
  },
  {
    id: 'wait',
    promise: 'A component without a wait of its own has none; hosts ask such a component again and again instead.',
    lacks: 'wait',
    uses: ['start', 'get', 'wait'],
    doors: ['in-process'],
    run: async (world) => {
      const id = await reach(world, 'completed');
      await world.refuses('wait', 'ERR_NOT_SUPPORTED', () => world.door.waitForEnd(id, new AbortController().signal));
    },
  },
  {
    id: 'purge-by-filter',
    promise: 'A component without purge by filter refuses it, and removes nothing.',
    lacks: 'purgeByFilter',
    uses: ['start', 'get', 'purgeByFilter'],
    run: async (world) => {
      const id = await reach(world, 'completed');
      await world.refuses('purgeByFilter', 'ERR_NOT_SUPPORTED', () => world.door.purgeByFilter(['COMPLETED']));
      world.equal((await world.get(id)).status, 'COMPLETED', 'status after the refusal');
    },
  },
  {
    id: 'suspend-resume',
    promise: 'A component that cannot suspend refuses to, and the instance goes on.',
    lacks: 'suspendResume',
    uses: ['start', 'get', 'suspend', 'resume', 'raise'],
    run: async (world) => {
      const id = await reach(world, 'running');
      await world.refuses('suspend', 'ERR_NOT_SUPPORTED', () => world.door.suspend(id));
      await world.refuses('resume', 'ERR_NOT_SUPPORTED', () => world.door.resume(id));
      await world.door.raise(id, 'go', '1');
      await world.ends(id);
    },
  },
  {
    id: 'scheduled-start',
    promise: 'A component that knows no start times refuses a start with one, and begins nothing.',
    lacks: 'scheduledStart',
    uses: ['start', 'get', 'startAt'],
    run: async (world) => {
      const instanceId = world.id();
      const startAtMs = Date.now() + 3_600_000;
      await world.refuses('start', 'ERR_NOT_SUPPORTED', () => world.startEcho('1', { instanceId, startAtMs }));
      world.equal(await world.door.get(instanceId), undefined, 'instance after the refusal');
    },
  },
]);

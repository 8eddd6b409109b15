import { suite } from '../case.js';
import { goEvent, reach } from './states.js';

export const startSuite = suite('start', { level: 'core', storey: 'contract' }, [
  {
    id: 'unique-id',
    promise: 'A start that insists on a new id is refused for one whose run has ended.',
    pins: 'statement 29',
    uses: ['start', 'get', 'uniqueId'],
    run: async (world) => {
      const instanceId = await reach(world, 'completed');
      await world.refuses('start', 'ERR_INSTANCE_EXISTS', () => world.startEcho('1', { instanceId, uniqueId: true }));
      world.equal((await world.get(instanceId)).output, '"in"', 'output of the old run');
    },
  },
  {
    id: 'replaces-the-old-run',
    promise: 'A start on a closed id replaces the old run wholly: status, failure and status text are of the new one.',
    pins: 'statement 28',
    run: async (world) => {
      const instanceId = await reach(world, 'failed');
      await world.startEcho('"new"', { instanceId });
      const view = await world.ends(instanceId);
      world.equal([view.output, view.failure, view.customStatus], ['"new"', undefined, undefined], 'view');
    },
  },
  {
    id: 'events-of-the-old-run-are-gone',
    promise: 'Events that the old run never consumed are not seen by the new one.',
    pins: 'reliability B28',
    uses: ['start', 'get', 'raise', 'terminate'],
    run: async (world) => {
      const instanceId = await reach(world, 'running');
      await world.door.raise(instanceId, 'other', '"old"');
      await world.door.terminate(instanceId);
      await world.ends(instanceId, 'TERMINATED');
      await world.start([{ kind: 'race', name: 'other', ms: 1 }], { instanceId });
      world.equal(await world.traceOf(instanceId), ['timeout'], 'trace');
    },
  },
  {
    id: 'without-a-worker',
    promise: 'Starts and events are accepted while no worker is there; when one comes, all goes on.',
    pins: 'reliability B52',
    level: 'full',
    alone: true,
    uses: ['start', 'get', 'raise'],
    run: async (world) => {
      const before = await reach(world, 'running');
      await world.disconnect();
      const instanceId = world.id();
      const starting = world.startEcho('"in"', { instanceId });
      await world.until(instanceId, 'PENDING');
      await world.door.raise(before, goEvent, '1');
      world.equal((await world.get(before)).status, 'RUNNING', 'status of the instance with an event');
      await world.reconnect();
      await starting;
      world.equal((await world.ends(instanceId)).output, '"in"', 'output');
      world.equal(await world.traceOf(before), ['1'], 'trace');
    },
  },
  {
    id: 'many-at-once',
    promise: 'Two hundred instances started at once all end, each with its own answer.',
    pins: 'reliability I9',
    run: async (world) => {
      const inputs = Array.from({ length: 200 }, (_unused, index) => String(index));
      const ids = await Promise.all(inputs.map((input) => world.startEcho(input)));
      for (const [index, id] of ids.entries()) world.equal((await world.ends(id)).output, inputs[index], 'output');
    },
  },
]);

export const raceSuite = suite('races', { level: 'full', storey: 'contract', needs: ['portableWorkflows'] }, [
  {
    id: 'terminate-and-complete',
    promise: 'A terminate that races the end gives exactly one end, and all readers see the same.',
    pins: 'reliability B25',
    uses: ['start', 'get', 'raise', 'terminate'],
    run: async (world) => {
      for (let round = 0; round < 20; round += 1) {
        const id = await reach(world, 'running');
        await Promise.all([world.door.raise(id, goEvent), world.door.terminate(id)]);
        const first = await world.until(id, 'COMPLETED', 'TERMINATED');
        const again = await Promise.all(Array.from({ length: 4 }, () => world.get(id)));
        for (const view of again) world.equal(view.status, first.status, 'status, read again');
      }
    },
  },
  {
    id: 'raise-and-complete',
    promise: 'Events that race the end are accepted; none brings the instance back.',
    pins: 'statement 51',
    uses: ['start', 'get', 'raise'],
    run: async (world) => {
      for (let round = 0; round < 20; round += 1) {
        const id = await reach(world, 'running');
        await Promise.all([1, 2, 3].map((data) => world.door.raise(id, goEvent, String(data))));
        await world.ends(id);
      }
    },
  },
  {
    id: 'suspend-and-event',
    promise: 'A suspend that races an event loses neither.',
    pins: 'statement 48',
    uses: ['start', 'get', 'raise', 'suspend', 'resume'],
    run: async (world) => {
      for (let round = 0; round < 20; round += 1) {
        const id = await reach(world, 'running');
        await Promise.all([world.door.suspend(id), world.door.raise(id, goEvent, '1')]);
        await world.door.resume(id);
        world.equal(await world.traceOf(id), ['1'], 'trace');
      }
    },
  },
  {
    id: 'purge-and-start',
    promise: 'A purge that races a start of the same id leaves either nothing or a whole new run.',
    pins: 'reliability B28',
    uses: ['start', 'get', 'purge'],
    run: async (world) => {
      for (let round = 0; round < 10; round += 1) {
        const instanceId = await reach(world, 'completed');
        const purged = world.door.purge(instanceId).catch(() => undefined);
        await Promise.all([purged, world.startEcho('"new"', { instanceId }).catch(() => undefined)]);
        const view = await world.door.get(instanceId);
        if (view) world.equal((await world.ends(instanceId)).output, '"new"', 'output');
      }
    },
  },
  {
    id: 'raise-and-continue-as-new',
    promise: 'Events that race continue-as-new are each seen once, in order.',
    pins: 'reliability B15, B17',
    uses: ['start', 'get', 'raise'],
    run: async (world) => {
      let steps: import('../worker/program.js').Program = [{ kind: 'wait', name: goEvent }];
      for (let index = 0; index < 10; index += 1)
        steps = [
          { kind: 'wait', name: goEvent },
          { kind: 'again', steps },
        ];
      const id = await world.start(steps);
      for (let index = 0; index < 11; index += 1) await world.door.raise(id, goEvent, String(index));
      world.equal(await world.traceOf(id), ['10'], 'the last event is the last one seen');
    },
  },
]);

export const purgeSuite = suite('purge', { level: 'core', storey: 'contract', uses: ['start', 'get', 'purge'] }, [
  {
    id: 'force-running',
    promise: 'A forced purge removes a running instance, and what is in flight for it is dropped.',
    pins: 'statement 35',
    uses: ['start', 'get', 'purge', 'forcePurge'],
    run: async (world) => {
      const instanceId = world.id();
      const gate = world.worker.holdWork(instanceId);
      await world.start([{ kind: 'call', count: 1 }], { instanceId });
      await gate.reached();
      await world.door.purge(instanceId, { force: true });
      world.equal(await world.door.get(instanceId), undefined, 'instance after the purge');
      gate.open();
      await world.ends(await world.start([{ kind: 'call', count: 1 }]));
      world.equal(await world.door.get(instanceId), undefined, 'instance after the late result');
    },
  },
  {
    id: 'force-stalled',
    promise: 'A forced purge removes a stalled instance.',
    pins: 'Dapr 4.16',
    uses: ['start', 'get', 'purge', 'forcePurge'],
    run: async (world) => {
      const id = await reach(world, 'stalled');
      await world.door.purge(id, { force: true });
      world.equal(await world.door.get(id), undefined, 'instance after the purge');
    },
  },
  {
    id: 'force-absent',
    promise: 'A forced purge of an unknown id is refused like any other.',
    pins: 'golden: where the host is better',
    uses: ['start', 'get', 'purge', 'forcePurge'],
    run: async (world) => {
      const id = world.id();
      await world.refuses('purge', 'ERR_INSTANCE_NOT_FOUND', () => world.door.purge(id, { force: true }));
    },
  },
  {
    id: 'twice',
    promise: 'A second purge finds nothing.',
    pins: 'statement 16',
    run: async (world) => {
      const id = await reach(world, 'completed');
      await world.door.purge(id);
      await world.refuses('purge', 'ERR_INSTANCE_NOT_FOUND', () => world.door.purge(id));
    },
  },
  {
    id: 'reads-beside-it',
    promise: 'Reads that come while a purge is being recorded do not bring the instance back.',
    pins: 'statement 16',
    run: async (world) => {
      for (let round = 0; round < 5; round += 1) {
        const id = await reach(world, 'completed');
        const before = Array.from({ length: 8 }, () => world.door.get(id));
        const purged = world.door.purge(id);
        await Promise.all([...before, purged, ...Array.from({ length: 8 }, () => world.door.get(id))]);
        world.equal(await world.door.get(id), undefined, `instance after purge ${round}`);
      }
    },
  },
  {
    id: 'by-filter',
    promise: 'A purge by status removes what ended so, and nothing else.',
    pins: 'Dapr 4.5',
    level: 'full',
    alone: true,
    uses: ['start', 'get', 'purgeByFilter', 'terminate'],
    needs: ['purgeByFilter'],
    run: async (world) => {
      const terminated = await reach(world, 'terminated');
      const completed = await reach(world, 'completed');
      const running = await reach(world, 'running');
      await world.door.purgeByFilter(['TERMINATED']);
      world.equal(await world.door.get(terminated), undefined, 'the terminated instance');
      world.equal((await world.get(completed)).status, 'COMPLETED', 'status of the completed instance');
      world.equal((await world.get(running)).status, 'RUNNING', 'status of the running instance');
    },
  },
  {
    id: 'then-start',
    promise: 'A purged id can be started again, as if it had never been.',
    pins: 'Dapr 4.5',
    run: async (world) => {
      const instanceId = await reach(world, 'completed');
      await world.door.purge(instanceId);
      await world.startEcho('"new"', { instanceId });
      world.equal((await world.ends(instanceId)).output, '"new"', 'output');
    },
  },
]);

import { suite } from '../case.js';

const kid = [{ kind: 'call' as const, count: 1 }];
const waits = [{ kind: 'wait' as const, name: 'go' }];

export const childSuite = suite('children', { level: 'core', storey: 'scenario', needs: ['portableWorkflows'] }, [
  {
    id: 'default-id',
    promise: 'A child without a given id is called <parent>:<four hex digits of the call>, and its result comes back.',
    pins: 'statement 47, Dapr 4.6',
    run: async (world) => {
      const id = await world.start([
        { kind: 'call', count: 1 },
        { kind: 'child', steps: kid },
      ]);
      const [, result] = await world.traceOf(id);
      world.equal(result, JSON.stringify([JSON.stringify({ done: 0 })]), 'result of the child');
      world.equal((await world.get(`${id}:0001`)).status, 'COMPLETED', 'status of the child');
    },
  },
  {
    id: 'given-id',
    promise: 'A child with a given id keeps it.',
    pins: 'statement 47',
    run: async (world) => {
      const childId = world.id();
      await world.ends(await world.start([{ kind: 'child', steps: kid, id: childId }]));
      world.equal((await world.get(childId)).status, 'COMPLETED', 'status of the child');
    },
  },
  {
    id: 'grandchild',
    promise: 'Results come up through three levels.',
    pins: 'Dapr 4.6',
    run: async (world) => {
      const id = await world.start([{ kind: 'child', steps: [{ kind: 'child', steps: kid }] }]);
      await world.ends(id);
      world.equal((await world.get(`${id}:0000:0000`)).status, 'COMPLETED', 'status of the grandchild');
    },
  },
  {
    id: 'many',
    promise: 'Twenty children at once all answer.',
    pins: 'Dapr 4.6',
    run: async (world) => {
      const forgotten = Array.from({ length: 19 }, () => ({ kind: 'child' as const, steps: kid, forget: true }));
      const id = await world.start([...forgotten, { kind: 'child', steps: kid }]);
      await world.ends(id);
      for (let index = 0; index < 20; index += 1) {
        await world.ends(`${id}:${index.toString(16).padStart(4, '0')}`);
      }
    },
  },
  {
    id: 'failure',
    promise: 'A child that fails gives its parent the failure, with the cause.',
    pins: 'statement 58',
    run: async (world) => {
      const failure = { errorType: 'E', errorMessage: 'm', inner: { errorType: 'C', errorMessage: 'cause' } };
      const id = await world.start([{ kind: 'child', steps: [{ kind: 'fail', message: '', failure }] }]);
      world.equal(await world.traceOf(id), ['failed E: m <- C: cause'], 'trace');
    },
  },
  {
    id: 'terminated',
    promise: "A child that is terminated fails its parent's call, and the parent goes on.",
    pins: 'statement 58',
    uses: ['start', 'get', 'terminate'],
    run: async (world) => {
      const childId = world.id();
      const id = await world.start([{ kind: 'child', steps: waits, id: childId }]);
      await world.until(childId, 'RUNNING');
      await world.door.terminate(childId);
      const [result] = await world.traceOf(id);
      world.check(result?.startsWith('failed') === true, `the call failed, saw ${result}`);
    },
  },
  {
    id: 'taken-id',
    promise: 'A child whose id is taken fails with WorkflowInstanceAlreadyExists; the other instance is left alone.',
    pins: 'statement 57',
    uses: ['start', 'get', 'raise'],
    run: async (world) => {
      const other = await world.start(waits);
      await world.until(other, 'RUNNING');
      const [result] = await world.traceOf(await world.start([{ kind: 'child', steps: kid, id: other }]));
      world.check(result?.includes('WorkflowInstanceAlreadyExists') === true, `the named failure, saw ${result}`);
      await world.door.raise(other, 'go', '1');
      world.equal(await world.traceOf(other), ['1'], 'trace of the other instance');
    },
  },
  {
    id: 'not-awaited',
    promise: 'A parent may end before its child; the child goes on and its late result is dropped.',
    pins: 'Dapr 4.6',
    uses: ['start', 'get', 'raise'],
    run: async (world) => {
      const childId = world.id();
      const id = await world.start([{ kind: 'child', steps: waits, id: childId, forget: true }]);
      await world.ends(id);
      await world.until(childId, 'RUNNING');
      await world.door.raise(childId, 'go', '1');
      await world.ends(childId);
      world.equal((await world.get(id)).status, 'COMPLETED', 'status of the parent');
    },
  },
  {
    id: 'detached',
    promise: 'A detached workflow lives on its own: it is neither terminated nor purged with its creator.',
    pins: 'Dapr 4.6',
    uses: ['start', 'get', 'raise', 'terminate', 'purge'],
    run: async (world) => {
      const apart = world.id();
      const id = await world.start([{ kind: 'detached', id: apart, steps: waits }, ...waits]);
      await world.until(apart, 'RUNNING');
      await world.door.terminate(id);
      await world.ends(id, 'TERMINATED');
      await world.door.purge(id);
      await world.door.raise(apart, 'go', '1');
      world.equal(await world.traceOf(apart), ['1'], 'trace');
    },
  },
  {
    id: 'detached-taken-id',
    promise: 'A detached workflow under an id that is taken is not begun, and the other instance is left alone.',
    pins: 'Dapr 4.6',
    uses: ['start', 'get', 'raise'],
    run: async (world) => {
      const other = await world.start(waits);
      await world.until(other, 'RUNNING');
      await world.ends(await world.start([{ kind: 'detached', id: other, steps: [] }]));
      world.equal((await world.get(other)).status, 'RUNNING', 'status of the other instance');
      await world.door.raise(other, 'go', '1');
      world.equal(await world.traceOf(other), ['1'], 'trace of the other instance');
    },
  },
  {
    id: 'late-result-for-a-purged-parent',
    promise: 'The result of a child whose parent was purged does not reach a later run under the id of the parent.',
    pins: 'reliability B28',
    uses: ['start', 'get', 'raise', 'purge', 'forcePurge', 'chooseRecursion'],
    run: async (world) => {
      const [instanceId, older, newer] = [world.id(), world.id(), world.id()];
      await world.start([{ kind: 'child', steps: waits, id: older }], { instanceId });
      await world.until(older, 'RUNNING');
      await world.door.purge(instanceId, { recursive: false, force: true });
      await world.start([{ kind: 'child', steps: waits, id: newer }], { instanceId });
      await world.until(newer, 'RUNNING');
      await world.door.raise(older, 'go', '"old"');
      await world.ends(older);
      await world.door.raise(newer, 'go', '"new"');
      world.equal(await world.traceOf(instanceId), [JSON.stringify(['"new"'])], 'trace of the new run');
    },
  },
  {
    id: 'terminate-recursive',
    promise: 'A recursive terminate ends children and grandchildren.',
    pins: 'statement 49',
    uses: ['start', 'get', 'terminate'],
    needs: ['recursiveTerminate'],
    run: async (world) => {
      const id = await world.start([{ kind: 'child', steps: [{ kind: 'child', steps: waits }] }]);
      await world.until(`${id}:0000:0000`, 'RUNNING');
      await world.door.terminate(id);
      world.equal((await world.get(id)).status, 'TERMINATED', 'status of the root, at once');
      await world.ends(`${id}:0000`, 'TERMINATED');
      await world.ends(`${id}:0000:0000`, 'TERMINATED');
    },
  },
  {
    id: 'terminate-of-an-ended-root',
    promise: 'A recursive terminate of an instance that has ended still ends the children that live.',
    pins: 'Dapr 4.4',
    uses: ['start', 'get', 'terminate'],
    needs: ['portableWorkflows', 'recursiveTerminate'],
    run: async (world) => {
      const childId = world.id();
      const id = await world.start([{ kind: 'child', steps: waits, id: childId, forget: true }]);
      await world.ends(id);
      await world.until(childId, 'RUNNING');
      await world.door.terminate(id);
      await world.ends(childId, 'TERMINATED');
      world.equal((await world.get(id)).status, 'COMPLETED', 'status of the root');
    },
  },
  {
    id: 'terminate-alone',
    promise: 'A terminate that is not recursive leaves the child running.',
    pins: 'Dapr 4.4',
    uses: ['start', 'get', 'raise', 'terminate', 'chooseRecursion'],
    run: async (world) => {
      const id = await world.start([{ kind: 'child', steps: waits }]);
      await world.until(`${id}:0000`, 'RUNNING');
      await world.door.terminate(id, { recursive: false });
      await world.ends(id, 'TERMINATED');
      world.equal((await world.get(`${id}:0000`)).status, 'RUNNING', 'status of the child');
      await world.door.raise(`${id}:0000`, 'go', '1');
      await world.ends(`${id}:0000`);
    },
  },
  {
    id: 'suspend-does-not-cascade',
    promise: 'A suspend stops the instance alone; its child runs on.',
    pins: 'Dapr 4.3',
    uses: ['start', 'get', 'raise', 'suspend', 'resume'],
    run: async (world) => {
      const id = await world.start([{ kind: 'child', steps: waits }]);
      await world.until(`${id}:0000`, 'RUNNING');
      await world.door.suspend(id);
      await world.door.raise(`${id}:0000`, 'go', '1');
      await world.ends(`${id}:0000`);
      world.equal((await world.get(id)).status, 'SUSPENDED', 'status of the parent');
      await world.door.resume(id);
      await world.ends(id);
    },
  },
  {
    id: 'purge-recursive',
    promise: 'A purge takes the whole tree with it and counts it.',
    pins: 'statement 35',
    uses: ['start', 'get', 'purge', 'purgeCount'],
    run: async (world) => {
      const id = await world.start([{ kind: 'child', steps: [{ kind: 'child', steps: kid }] }]);
      await world.ends(id);
      world.equal(await world.door.purge(id), 3, 'instances deleted');
      for (const gone of [id, `${id}:0000`, `${id}:0000:0000`])
        world.equal(await world.door.get(gone), undefined, gone);
    },
  },
  {
    id: 'purge-alone',
    promise: 'A purge that is not recursive takes the instance alone.',
    pins: 'statement 35',
    uses: ['start', 'get', 'purge', 'chooseRecursion'],
    run: async (world) => {
      const id = await world.start([{ kind: 'child', steps: kid }]);
      await world.ends(id);
      await world.door.purge(id, { recursive: false });
      world.equal(await world.door.get(id), undefined, 'the instance');
      world.equal((await world.get(`${id}:0000`)).status, 'COMPLETED', 'status of the child');
    },
  },
  {
    id: 'purge-blocked-by-live-child',
    promise: 'A recursive purge with a live child below is refused, and nothing is gone.',
    pins: 'Dapr 4.5',
    uses: ['start', 'get', 'purge', 'raise'],
    run: async (world) => {
      const childId = world.id();
      const id = await world.start([{ kind: 'child', steps: waits, id: childId, forget: true }]);
      await world.ends(id);
      await world.until(childId, 'RUNNING');
      await world.refuses('purge', 'ERR_INSTANCE_NOT_CLOSED', () => world.door.purge(id));
      world.equal((await world.get(id)).status, 'COMPLETED', 'status of the root');
      await world.door.raise(childId, 'go');
      await world.ends(childId);
      await world.door.purge(id);
    },
  },
  {
    id: 'reuse-blocked-by-live-child',
    promise: 'An id whose last run ended cannot be started again while a descendant of it is live.',
    pins: 'statement 28',
    uses: ['start', 'get', 'raise'],
    run: async (world) => {
      const childId = world.id();
      const id = await world.start([{ kind: 'child', steps: waits, id: childId, forget: true }]);
      await world.ends(id);
      await world.until(childId, 'RUNNING');
      await world.refuses('start', 'ERR_INSTANCE_ID_IN_USE', () => world.startEcho('1', { instanceId: id }));
      await world.door.raise(childId, 'go');
      await world.ends(childId);
      await world.startEcho('"again"', { instanceId: id });
      world.equal((await world.ends(id)).output, '"again"', 'output of the new run');
    },
  },
]);

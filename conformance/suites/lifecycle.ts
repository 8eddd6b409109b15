import { suite } from '../case.js';
import type { Program } from '../worker/program.js';

const waits: Program = [{ kind: 'wait', name: 'go' }];

/** `count` generations, each taking one event, then the end. */
function generations(count: number): Program {
  let steps: Program = [];
  for (let index = 0; index < count; index += 1) steps = [...waits, { kind: 'again', steps }];
  return steps;
}

export const continueAsNewSuite = suite(
  'continue-as-new',
  { level: 'core', storey: 'scenario', needs: ['portableWorkflows'] },
  [
    {
      id: 'new-input',
      promise: 'The next generation begins with the new input under the same id, and its end is the end.',
      pins: 'Dapr 4.10',
      run: async (world) => {
        const id = await world.start([
          { kind: 'call', count: 1 },
          { kind: 'again', steps: [{ kind: 'call', count: 2 }] },
        ]);
        world.equal((await world.traceOf(id)).length, 2, 'results of the last generation');
        world.equal((await world.get(id)).input, JSON.stringify([{ kind: 'call', count: 2 }]), 'input');
      },
    },
    {
      id: 'fifty-in-a-row',
      promise: 'Fifty generations in a row end, and the status never shows anything but PENDING, RUNNING or COMPLETED.',
      pins: 'statement 52',
      run: async (world) => {
        let steps: Program = [{ kind: 'call', count: 1 }];
        for (let index = 0; index < 50; index += 1) steps = [{ kind: 'again', steps }];
        const id = await world.start(steps);
        await world.eventually('it has ended', async () => {
          const view = await world.get(id);
          world.check(['PENDING', 'RUNNING', 'COMPLETED'].includes(view.status), `a usual status, saw ${view.status}`);
          return { done: view.status === 'COMPLETED', value: view };
        });
      },
    },
    {
      id: 'events-in-between',
      promise: 'A hundred generations that each take one event lose and double none of a hundred events.',
      pins: 'statement 52',
      level: 'full',
      uses: ['start', 'get', 'raise'],
      run: async (world) => {
        const id = await world.start(generations(30));
        for (let index = 0; index < 31; index += 1) await world.door.raise(id, 'go', String(index));
        await world.ends(id);
      },
    },
    {
      id: 'carried-in-order',
      promise: 'Events not consumed are carried over in order.',
      pins: 'Dapr 4.10',
      uses: ['start', 'get', 'raise'],
      run: async (world) => {
        const rest: Program = [...waits, ...waits, ...waits, ...waits];
        const instanceId = world.id();
        const firstTurn = world.worker.holdTurns(instanceId);
        const starting = world.start([...waits, { kind: 'again', steps: rest }], { instanceId });
        await firstTurn.reached();
        for (const data of ['0', '1', '2']) await world.door.raise(instanceId, 'go', data);
        const lastTurn = world.worker.holdTurns(instanceId);
        firstTurn.open();
        await lastTurn.reached();
        // These come while the worker decides to begin again.
        for (const data of ['3', '4']) await world.door.raise(instanceId, 'go', data);
        lastTurn.open();
        await starting;
        world.equal(await world.traceOf(instanceId), ['1', '2', '3', '4'], 'what the next generation saw');
      },
    },
    {
      id: 'old-results-stay-old',
      promise: 'A result of the old generation never answers a call of the new one.',
      pins: 'statement 53',
      run: async (world) => {
        const instanceId = world.id();
        const gate = world.worker.holdWork(instanceId);
        await world.start(
          [
            { kind: 'work', requests: [{ echo: 'old' }], forget: true },
            { kind: 'again', steps: [{ kind: 'work', requests: [{ echo: 'new' }] }] },
          ],
          { instanceId },
        );
        await world.eventually('both calls are at the worker', async () => {
          const value = world.worker.ranFor(instanceId);
          return { done: value.length === 2, value };
        });
        // The old one answers first.
        gate.open();
        world.equal(await world.traceOf(instanceId), [JSON.stringify({ done: 'new' })], 'trace');
      },
    },
    {
      id: 'old-timers-are-gone',
      promise: 'A timer of the old generation does not fire into the new one.',
      pins: 'Dapr 4.10',
      uses: ['start', 'get', 'raise'],
      run: async (world) => {
        const id = await world.start([
          { kind: 'race', name: 'go', ms: 300 },
          { kind: 'again', steps: [{ kind: 'race', name: 'go', ms: 3_600_000 }] },
        ]);
        await world.door.raise(id, 'go', '1');
        // Somebody else's timer, begun later, has fired: so would the old one have.
        await world.ends(await world.start([{ kind: 'sleep', ms: 300 }]));
        await world.door.raise(id, 'go', '2');
        world.equal(await world.traceOf(id), ['2'], 'trace of the new generation');
      },
    },
    {
      id: 'parent-waits-for-the-last',
      promise: 'A parent hears of a child when its last generation ends.',
      pins: 'Dapr 4.10',
      run: async (world) => {
        const id = await world.start([
          { kind: 'child', steps: [{ kind: 'again', steps: [{ kind: 'call', count: 1 }] }] },
        ]);
        world.equal(await world.traceOf(id), [JSON.stringify([JSON.stringify({ done: 0 })])], 'trace');
      },
    },
    {
      id: 'terminate-in-the-loop',
      promise: 'A terminate ends a workflow that continues as new without pause.',
      pins: 'Dapr 4.4',
      uses: ['start', 'get', 'raise', 'terminate'],
      run: async (world) => {
        const id = await world.start(generations(20));
        await world.door.raise(id, 'go');
        await world.door.terminate(id);
        await world.ends(id, 'TERMINATED');
      },
    },
  ],
);

export const statusSuite = suite('custom-status', { level: 'core', storey: 'scenario', needs: ['portableWorkflows'] }, [
  ...[
    { id: 'raw', value: 'raw text' },
    { id: 'json', value: '{"a": 1}' },
    { id: 'unicode', value: '漢字 🜚' },
  ].map(({ id, value }) => ({
    id,
    promise: `A custom status of ${id} text is shown as it was set.`,
    pins: 'statement 59',
    uses: ['start', 'get', 'raise'] as const,
    run: async (world: import('../world.js').World): Promise<void> => {
      const instance = await world.start([{ kind: 'status', value }, ...waits]);
      const view = await world.until(instance, 'RUNNING');
      world.equal(view.customStatus, value, 'custom status');
      await world.door.raise(instance, 'go');
      world.equal((await world.ends(instance)).customStatus, value, 'custom status at the end');
    },
  })),
  {
    id: 'overwritten',
    promise: 'Each turn overwrites the status; an empty one clears it.',
    pins: 'statement 59',
    uses: ['start', 'get', 'raise'],
    run: async (world) => {
      const set = (value: string): Program => [{ kind: 'status', value }, ...waits];
      const id = await world.start([...set('one'), ...set('two'), ...set('')]);
      for (const expected of ['one', 'two', undefined]) {
        await world.eventually(`the status is ${expected}`, async () => {
          const view = await world.get(id);
          return { done: view.status === 'RUNNING' && view.customStatus === expected, value: view };
        });
        await world.door.raise(id, 'go');
      }
      await world.ends(id);
    },
  },
  {
    id: 'kept-over-continue-as-new',
    promise: 'The status is kept over continue-as-new until the next turn sets another.',
    pins: 'statement 59',
    uses: ['start', 'get', 'raise'],
    run: async (world) => {
      const id = await world.start([
        { kind: 'status', value: 'first' },
        ...waits,
        { kind: 'again', steps: [{ kind: 'status', value: 'second' }, ...waits] },
      ]);
      const shows = (status: string): Promise<unknown> =>
        world.eventually(`the ${status} status`, async () => {
          const view = await world.get(id);
          return { done: view.customStatus === status, value: view };
        });
      await shows('first');
      const lastTurn = world.worker.holdTurns(id);
      await world.door.raise(id, 'go');
      await lastTurn.reached();
      const firstTurn = world.worker.holdTurns(id);
      lastTurn.open();
      await firstTurn.reached();
      const between = await world.get(id);
      world.equal(between.customStatus, 'first', 'status before the first turn of the next generation');
      world.equal(between.status, 'RUNNING', 'runtime status between two generations');
      firstTurn.open();
      await shows('second');
      await world.door.raise(id, 'go');
      await world.ends(id);
    },
  },
]);

export const versionSuite = suite(
  'versions',
  { level: 'full', storey: 'scenario', needs: ['portableWorkflows'], alone: true },
  [
    {
      id: 'pinned',
      promise: 'An execution is pinned to the version it began with.',
      pins: 'Dapr 4.16',
      uses: ['start', 'get', 'raise'],
      run: async (world) => {
        const [older, newer] = [world.id(), world.id()];
        world.worker.versions.add(older);
        const id = await world.start([{ kind: 'version' }, ...waits]);
        await world.until(id, 'RUNNING');
        world.worker.versions.add(newer);
        await world.door.raise(id, 'go', '1');
        world.equal(await world.traceOf(id), [older, '1'], 'trace');
      },
    },
    {
      id: 'version-missing',
      promise: 'A version no worker has stalls the instance alone; it goes on when a worker with it comes.',
      pins: 'statement 60',
      uses: ['start', 'get', 'raise', 'startAt'],
      run: async (world) => {
        const version = world.id();
        world.worker.versions.add(version);
        const id = await world.start([{ kind: 'version', name: version }, ...waits, ...waits]);
        await world.until(id, 'RUNNING');
        world.worker.versions.delete(version);
        await world.door.raise(id, 'go', '1');
        await world.until(id, 'STALLED');
        await world.ends(await world.start([]));
        world.worker.versions.add(version);
        await world.reconnect();
        await world.until(id, 'RUNNING');
        await world.door.raise(id, 'go', '2');
        world.equal(await world.traceOf(id), [version, '1', '2'], 'trace');
      },
    },
    {
      id: 'patch-new-code',
      promise: 'Code that asks for a patch in a new execution has it, and still has it in every later turn.',
      pins: 'Dapr 4.16',
      uses: ['start', 'get', 'raise'],
      run: async (world) => {
        const patch = world.id();
        world.worker.patches.add(patch);
        const id = await world.start([{ kind: 'patch', name: patch }, ...waits, { kind: 'sleep', ms: 1 }, ...waits]);
        await world.until(id, 'RUNNING');
        await world.door.raise(id, 'go', '1');
        await world.door.raise(id, 'go', '2');
        world.equal(await world.traceOf(id), [`${patch} true`, '1', 'fired', '2'], 'trace');
      },
    },
    {
      id: 'patch-missing',
      promise: 'A worker without a patch that history has stalls the instance; one with it frees it.',
      pins: 'statement 60',
      uses: ['start', 'get', 'raise', 'terminate'],
      run: async (world) => {
        const patch = world.id();
        world.worker.patches.add(patch);
        const id = await world.start([{ kind: 'patch', name: patch }, ...waits]);
        await world.until(id, 'RUNNING');
        world.worker.patches.delete(patch);
        await world.door.raise(id, 'go', '1');
        await world.until(id, 'STALLED');
        await world.refuses('terminate', 'ERR_INSTANCE_STALLED', () => world.door.terminate(id));
        world.worker.patches.add(patch);
        await world.reconnect();
        world.equal(await world.traceOf(id), [`${patch} true`, '1'], 'trace');
      },
    },
  ],
);

export const patternSuite = suite('patterns', { level: 'core', storey: 'scenario', needs: ['portableWorkflows'] }, [
  {
    id: 'saga',
    promise:
      'When a step fails, the undos of those before it run, newest first, and the workflow fails with the cause.',
    pins: 'authoring 1',
    run: async (world) => {
      const part = (name: string) => ({ run: { echo: name }, undo: { echo: `undo ${name}` } });
      const broken = { run: { failure: { errorType: 'NoStock', errorMessage: 'm' } }, undo: { echo: 'never' } };
      const id = await world.start([{ kind: 'saga', parts: [part('a'), part('b'), broken] }]);
      const view = await world.ends(id, 'FAILED');
      world.equal(view.failure?.errorType, 'SagaFailed', 'failure');
      world.equal(world.worker.ranFor(id), [0, 1, 2, 3, 4], 'steps and undos that ran');
    },
  },
  {
    id: 'approval',
    promise: 'A human approval: the decision or the time-out, whichever is first, decides.',
    pins: 'Dapr 4.7',
    uses: ['start', 'get', 'raise'],
    run: async (world) => {
      const approval: Program = [
        { kind: 'call', count: 1 },
        { kind: 'race', name: 'approve', ms: 3_600_000 },
        { kind: 'call', count: 1 },
      ];
      const id = await world.start(approval);
      await world.until(id, 'RUNNING');
      await world.door.raise(id, 'approve', '{"by":"ann"}');
      world.equal((await world.traceOf(id))[1], '{"by":"ann"}', 'decision');
    },
  },
  {
    id: 'monitor',
    promise: 'A monitor: look, sleep, begin again, until it has seen enough.',
    pins: 'Dapr 4.10',
    run: async (world) => {
      let steps: Program = [{ kind: 'call', count: 1 }];
      for (let index = 0; index < 5; index += 1) {
        steps = [
          { kind: 'call', count: 1 },
          { kind: 'sleep', ms: 5 },
          { kind: 'again', steps },
        ];
      }
      const id = await world.start(steps);
      await world.ends(id);
      world.equal(world.worker.ranFor(id).length, 6, 'looks');
    },
  },
]);

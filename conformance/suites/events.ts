import { suite } from '../case.js';

const numbers = (count: number): string[] => Array.from({ length: count }, (_unused, index) => String(index));

export const eventSuite = suite(
  'events',
  { level: 'core', storey: 'scenario', uses: ['start', 'get', 'raise'], needs: ['portableWorkflows'] },
  [
    {
      id: 'while-waiting',
      promise: 'An event that comes while the workflow waits for it lets it go on.',
      pins: 'Dapr 4.7',
      run: async (world) => {
        const id = await world.start([{ kind: 'wait', name: 'go' }]);
        await world.until(id, 'RUNNING');
        await world.door.raise(id, 'go', '1');
        world.equal(await world.traceOf(id), ['1'], 'trace');
      },
    },
    {
      id: 'before-the-wait',
      promise: 'An event that comes before the workflow asks for it is kept.',
      pins: 'statement 50',
      run: async (world) => {
        const instanceId = world.id();
        const gate = world.worker.holdWork(instanceId);
        await world.start(
          [
            { kind: 'call', count: 1 },
            { kind: 'wait', name: 'go' },
          ],
          { instanceId },
        );
        await gate.reached();
        await world.door.raise(instanceId, 'go', '1');
        gate.open();
        world.equal((await world.traceOf(instanceId))[1], '1', 'event');
      },
    },
    {
      id: 'before-the-first-turn',
      promise: 'An event to an instance that has not begun is kept, and does not begin it early.',
      pins: 'statement 50, Dapr 4.7',
      uses: ['start', 'get', 'raise', 'startAt'],
      run: async (world) => {
        const instanceId = world.id();
        await world.start([{ kind: 'wait', name: 'go' }], { instanceId, startAtMs: Date.now() + 1_500 });
        await world.door.raise(instanceId, 'go', '1');
        world.equal((await world.get(instanceId)).status, 'PENDING', 'status before its time');
        world.equal(await world.traceOf(instanceId), ['1'], 'trace');
      },
    },
    {
      id: 'fifo',
      promise: 'Events of one name are consumed in the order they were acknowledged.',
      pins: 'statement 50',
      run: async (world) => {
        const id = await world.start(numbers(20).map(() => ({ kind: 'wait' as const, name: 'go' })));
        for (const number of numbers(20)) await world.door.raise(id, 'go', number);
        world.equal(await world.traceOf(id), numbers(20), 'trace');
      },
    },
    {
      id: 'names-are-apart',
      promise: 'Events of different names do not stand in for each other.',
      pins: 'Dapr 4.7',
      run: async (world) => {
        const id = await world.start(['b', 'a', 'b'].map((name) => ({ kind: 'wait' as const, name })));
        for (const [name, data] of [
          ['a', '1'],
          ['c', '2'],
          ['b', '3'],
          ['b', '4'],
        ] as const)
          await world.door.raise(id, name, data);
        world.equal(await world.traceOf(id), ['3', '1', '4'], 'trace');
      },
    },
    {
      id: 'equal-events-are-two',
      promise: 'Two events with the same name and data are two events.',
      pins: 'Dapr 4.2, reliability B19',
      run: async (world) => {
        const id = await world.start([
          { kind: 'wait', name: 'go' },
          { kind: 'wait', name: 'go' },
          { kind: 'wait', name: 'go' },
        ]);
        await world.until(id, 'RUNNING');
        const gate = world.worker.holdTurns(id);
        await world.door.raise(id, 'go', '"same"');
        await gate.reached();
        // These two wait side by side.
        await world.door.raise(id, 'go', '"same"');
        await world.door.raise(id, 'go', '"same"');
        gate.open();
        world.equal(await world.traceOf(id), ['"same"', '"same"', '"same"'], 'trace');
      },
    },
    {
      id: 'one-waiter-each',
      promise: 'One event frees one wait: the second wait still stands.',
      pins: 'statement 50',
      run: async (world) => {
        const id = await world.start([
          { kind: 'wait', name: 'go' },
          { kind: 'wait', name: 'go' },
        ]);
        await world.door.raise(id, 'go', '1');
        await world.door.raise(id, 'other', '1');
        await world.until(id, 'RUNNING');
        await world.door.raise(id, 'go', '2');
        world.equal(await world.traceOf(id), ['1', '2'], 'trace');
      },
    },
    {
      id: 'name-unchanged',
      promise: 'The name reaches the workflow as it was raised, upper and lower case included.',
      pins: 'Dapr 4.7',
      run: async (world) => {
        const name = 'Go-Ünïcode.Name';
        const id = await world.start([{ kind: 'wait', name }]);
        await world.door.raise(id, name, '1');
        world.equal(await world.traceOf(id), ['1'], 'trace');
      },
    },
    {
      id: 'absent-data',
      promise: 'An event without data is delivered without any.',
      pins: 'statement 24',
      uses: ['start', 'get', 'raise', 'absentPayload', 'history'],
      needs: ['history'],
      run: async (world) => {
        const id = await world.start([{ kind: 'wait', name: 'go' }]);
        await world.door.raise(id, 'go');
        await world.ends(id);
        const event = (await world.history(id)).find((one) => one.kind === 'eventRaised');
        world.equal(event && 'data' in event, false, 'data in history');
      },
    },
    {
      id: 'suspended',
      promise: 'Events that come while the instance is suspended are delivered after the resume, in order.',
      pins: 'statement 48',
      uses: ['start', 'get', 'raise', 'suspend', 'resume'],
      run: async (world) => {
        const id = await world.start(numbers(3).map(() => ({ kind: 'wait' as const, name: 'go' })));
        await world.until(id, 'RUNNING');
        await world.door.suspend(id);
        for (const number of numbers(3)) await world.door.raise(id, 'go', number);
        world.equal((await world.get(id)).status, 'SUSPENDED', 'status with events waiting');
        await world.door.resume(id);
        world.equal(await world.traceOf(id), numbers(3), 'trace');
      },
    },
    {
      id: 'thousand',
      promise: 'A thousand events to one instance are each consumed once, in order.',
      pins: 'reliability F21',
      level: 'full',
      run: async (world) => {
        const all = numbers(Math.min(1_000, world.limits.inboxEvents));
        const instanceId = world.id();
        // Most of them pile up, the last ones come one by one: a turn for each event costs a reading of all before it.
        const gate = world.worker.holdTurns(instanceId);
        const steps = all.map(() => ({ kind: 'wait' as const, name: 'go' }));
        const starting = world.start(steps, { instanceId });
        await gate.reached();
        for (const number of all.slice(0, -50)) await world.door.raise(instanceId, 'go', number);
        gate.open();
        await starting;
        for (const number of all.slice(-50)) await world.door.raise(instanceId, 'go', number);
        world.equal(await world.traceOf(instanceId), all, 'trace');
      },
    },
    {
      id: 'race-event-wins',
      promise: 'An event that comes before the time-out wins.',
      pins: 'Dapr 4.7',
      run: async (world) => {
        const id = await world.start([{ kind: 'race', name: 'go', ms: 3_600_000 }]);
        await world.door.raise(id, 'go', '1');
        world.equal(await world.traceOf(id), ['1'], 'trace');
      },
    },
    {
      id: 'race-timer-wins',
      promise: 'Without the event the time-out wins, and a late event is for the next wait.',
      pins: 'Dapr 4.7',
      run: async (world) => {
        const id = await world.start([
          { kind: 'race', name: 'go', ms: 20 },
          { kind: 'status', value: '"late"' },
          { kind: 'wait', name: 'go' },
        ]);
        await world.eventually('the time-out was taken', async () => {
          const view = await world.get(id);
          return { done: view.customStatus === '"late"', value: view };
        });
        await world.door.raise(id, 'go', '1');
        world.equal(await world.traceOf(id), ['timeout', '1'], 'trace');
      },
    },
    {
      id: 'send-between-instances',
      promise: 'A workflow can raise an event to another instance; one to nobody is dropped quietly.',
      pins: 'Dapr 3.6',
      run: async (world) => {
        const to = await world.start([{ kind: 'wait', name: 'hello' }]);
        const from = await world.start([
          { kind: 'send', to: world.id(), name: 'hello', data: '0' },
          { kind: 'send', to, name: 'hello', data: '"from another"' },
        ]);
        await world.ends(from);
        world.equal(await world.traceOf(to), ['"from another"'], 'trace');
      },
    },
  ],
);

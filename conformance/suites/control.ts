import { suite } from '../case.js';
import type { World } from '../world.js';

/** Another instance does what the suspended one was not to do: by then it would have. */
async function witness(world: World): Promise<void> {
  const id = await world.start([
    { kind: 'wait', name: 'go' },
    { kind: 'call', count: 1 },
  ]);
  await world.door.raise(id, 'go', '1');
  await world.ends(id);
}

/** Control operations beside work that is under way. */
export const controlSuite = suite(
  'control',
  { level: 'core', storey: 'scenario', needs: ['portableWorkflows'], pins: 'turn model 5.6' },
  [
    {
      id: 'suspend-beside-an-open-turn',
      promise: 'A suspend and a resume are seen at once, also while a worker holds a turn.',
      uses: ['start', 'get', 'suspend', 'resume'],
      run: async (world) => {
        const instanceId = world.id();
        const gate = world.worker.holdTurns(instanceId);
        const starting = world.start([{ kind: 'call', count: 1 }], { instanceId });
        await gate.reached();
        await world.door.suspend(instanceId);
        world.equal((await world.get(instanceId)).status, 'SUSPENDED', 'status after the suspend');
        await world.door.resume(instanceId);
        world.check((await world.get(instanceId)).status !== 'SUSPENDED', 'it is not suspended after the resume');
        gate.open();
        await starting;
        world.equal((await world.traceOf(instanceId)).length, 1, 'steps');
      },
    },
    {
      id: 'terminate-beside-an-open-turn',
      promise:
        'A terminate ends an instance at once, also while a worker holds a turn, and the late answer is dropped.',
      uses: ['start', 'get', 'raise', 'terminate'],
      run: async (world) => {
        const id = await world.start([{ kind: 'wait', name: 'go' }]);
        await world.until(id, 'RUNNING');
        const gate = world.worker.holdTurns(id);
        await world.door.raise(id, 'go', '1');
        await gate.reached();
        await world.door.terminate(id);
        world.equal((await world.get(id)).status, 'TERMINATED', 'status after the terminate');
        gate.open();
        await witness(world);
        world.equal((await world.get(id)).status, 'TERMINATED', 'status after the late answer');
      },
    },
    {
      id: 'suspended-begins-nothing',
      promise: 'What comes while an instance is suspended begins no step of it.',
      pins: 'statement 48',
      uses: ['start', 'get', 'raise', 'suspend', 'resume'],
      run: async (world) => {
        const id = await world.start([
          { kind: 'wait', name: 'go' },
          { kind: 'call', count: 1 },
        ]);
        await world.until(id, 'RUNNING');
        await world.door.suspend(id);
        await world.door.raise(id, 'go', '1');
        await witness(world);
        world.equal(world.worker.ranFor(id), [], 'steps begun while suspended');
        await world.door.resume(id);
        world.equal((await world.traceOf(id)).length, 2, 'steps after the resume');
      },
    },
    {
      id: 'resumed-turn-is-new',
      promise: 'What came while an instance was suspended is new to its worker after the resume, all of it once.',
      pins: 'statement 48',
      uses: ['start', 'get', 'raise', 'suspend', 'resume'],
      run: async (world) => {
        const id = await world.start([
          { kind: 'wait', name: 'go' },
          { kind: 'wait', name: 'go' },
        ]);
        await world.until(id, 'RUNNING');
        const turns = world.worker.watchTurns(id);
        await world.door.suspend(id);
        await world.door.raise(id, 'go', '1');
        await world.door.raise(id, 'go', '2');
        await world.door.resume(id);
        world.equal(await world.traceOf(id), ['1', '2'], 'trace');
        for (const { newEvents } of turns) world.equal(newEvents[0]?.kind, 'workflowStarted', 'beginning of a turn');
        const fresh = turns.flatMap(({ newEvents }) => newEvents.map(({ kind }) => kind));
        const raised = fresh.filter((kind) => kind === 'eventRaised');
        world.equal(raised.length, 2, 'events that were new to the worker');
      },
    },
    {
      id: 'suspended-keeps-results',
      promise:
        'An activity that is running when its instance is suspended ends, and its result is there after the resume.',
      pins: 'statement 48, reliability B64',
      uses: ['start', 'get', 'raise', 'suspend', 'resume'],
      run: async (world) => {
        const instanceId = world.id();
        const gate = world.worker.holdWork(instanceId);
        await world.start(
          [
            { kind: 'call', count: 1 },
            { kind: 'call', count: 1 },
          ],
          { instanceId },
        );
        await gate.reached();
        await world.door.suspend(instanceId);
        gate.open();
        await witness(world);
        world.equal(world.worker.ranFor(instanceId), [0], 'steps begun before the resume');
        await world.door.resume(instanceId);
        world.equal((await world.traceOf(instanceId)).length, 2, 'steps');
        world.equal(world.worker.ranFor(instanceId), [0, 1], 'runs');
      },
    },
  ],
);

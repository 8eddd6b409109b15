import type { ErrorCode } from '../../core/index.js';
import { suite } from '../case.js';
import type { RerunCall } from '../door.js';
import type { World } from '../world.js';
import { reach } from './states.js';

/** Ids of events: activity 0, child 1, timer 2, activity 3, the end 4. */
async function source(world: World): Promise<string> {
  const id = await world.start([
    { kind: 'work', requests: [{ echo: 'first' }] },
    { kind: 'child', steps: [{ kind: 'call', count: 1 }] },
    { kind: 'sleep', ms: 1 },
    { kind: 'work', requests: [{ echo: 'last' }] },
  ]);
  await world.ends(id);
  return id;
}

const refused: readonly {
  readonly id: string;
  readonly call: (source: string) => Partial<RerunCall>;
  readonly code: ErrorCode;
}[] = [
  { id: 'same-id', call: (id) => ({ newInstanceId: id }), code: 'ERR_RERUN_INVALID' },
  { id: 'no-such-event', call: () => ({ eventId: 99 }), code: 'ERR_RERUN_EVENT_NOT_FOUND' },
  { id: 'the-end', call: () => ({ eventId: 4 }), code: 'ERR_RERUN_EVENT_NOT_FOUND' },
  {
    id: 'input-for-a-timer',
    call: () => ({ eventId: 2, overwriteInput: true, input: '1' }),
    code: 'ERR_RERUN_INVALID',
  },
];

export const rerunSuite = suite(
  'rerun',
  { level: 'full', storey: 'contract', uses: ['start', 'get', 'rerun'], needs: ['rerun'] },
  [
    ...[0, 1, 2, 3].map((eventId) => ({
      id: `from-event-${eventId}`,
      promise: `A run goes again from event ${eventId} to the same end, and steps before it do not run again.`,
      pins: 'Dapr 4.13, statement 38',
      run: async (world: World) => {
        const from = await source(world);
        const expected = await world.traceOf(from);
        const newInstanceId = world.id();
        world.equal(await world.door.rerun({ source: from, eventId, newInstanceId }), newInstanceId, 'id answered');
        world.equal(await world.traceOf(newInstanceId), expected, 'trace');
        world.equal(world.worker.ranFor(newInstanceId), eventId === 0 ? [0, 3] : [3], 'activities that ran again');
      },
    })),
    {
      id: 'other-input',
      promise: 'The step can be given another input.',
      pins: 'Dapr 4.13',
      run: async (world) => {
        const from = await source(world);
        const newInstanceId = world.id();
        await world.door.rerun({
          source: from,
          eventId: 3,
          newInstanceId,
          overwriteInput: true,
          input: '{"echo":"new"}',
        });
        world.equal((await world.traceOf(newInstanceId)).at(-1), '{"done":"new"}', 'last result');
      },
    },
    {
      id: 'leaves-its-source',
      promise: 'The run that is run again stays as it was.',
      pins: 'Dapr 4.13',
      run: async (world) => {
        const from = await source(world);
        const before = await world.get(from);
        const newInstanceId = world.id();
        await world.door.rerun({ source: from, eventId: 0, newInstanceId });
        await world.ends(newInstanceId);
        world.equal(await world.get(from), before, 'source');
      },
    },
    {
      id: 'of-a-failed-run',
      promise: 'A failed run goes again from the step that failed.',
      pins: 'Dapr 4.13',
      run: async (world) => {
        const failure = { errorType: 'E', errorMessage: 'm' };
        const from = await world.start([{ kind: 'saga', parts: [{ run: { failure }, undo: { echo: 0 } }] }]);
        await world.ends(from, 'FAILED');
        const newInstanceId = world.id();
        await world.door.rerun({ source: from, eventId: 0, newInstanceId, overwriteInput: true, input: '{"echo":1}' });
        world.equal(await world.traceOf(newInstanceId), ['{"done":1}'], 'trace');
      },
    },
    ...refused.map(({ id, call, code }) => ({
      id: `refused-${id}`,
      promise: `A rerun with ${id} is refused with ${code}.`,
      pins: 'Dapr 4.13',
      run: async (world: World) => {
        const from = await source(world);
        const request: RerunCall = { source: from, eventId: 3, newInstanceId: world.id(), ...call(from) };
        await world.refuses('rerun', code, () => world.door.rerun(request));
      },
    })),
    {
      id: 'refused-unknown-source',
      promise: 'A rerun of an unknown instance is refused.',
      pins: 'Dapr 4.13',
      run: async (world) => {
        const call = { source: world.id(), eventId: 0 };
        await world.refuses('rerun', 'ERR_INSTANCE_NOT_FOUND', () => world.door.rerun(call));
      },
    },
    {
      id: 'refused-running-source',
      promise: 'A rerun of an instance that has not ended is refused.',
      pins: 'Dapr 4.13',
      run: async (world) => {
        const call = { source: await reach(world, 'running'), eventId: 0 };
        await world.refuses('rerun', 'ERR_INSTANCE_NOT_CLOSED', () => world.door.rerun(call));
      },
    },
    {
      id: 'refused-child-source',
      promise: 'A rerun of a child is refused.',
      pins: 'Dapr 4.13',
      run: async (world) => {
        const from = await source(world);
        await world.refuses('rerun', 'ERR_RERUN_INVALID', () =>
          world.door.rerun({ source: `${from}:0001`, eventId: 0 }),
        );
      },
    },
    {
      id: 'refused-taken-target',
      promise: 'A rerun under an id that is taken is refused.',
      pins: 'Dapr 4.13',
      run: async (world) => {
        const from = await source(world);
        const call = { source: from, eventId: 3, newInstanceId: await reach(world, 'completed') };
        await world.refuses('rerun', 'ERR_RERUN_TARGET_EXISTS', () => world.door.rerun(call));
      },
    },
  ],
);

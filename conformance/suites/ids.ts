import type { ErrorCode } from '../../core/index.js';
import { suite } from '../case.js';
import type { World } from '../world.js';

/** Ids that every door must take at a start, and those only some may. */
const plain = ['a', 'with-dash_and_underscore', '0123456789', 'Ünïcödé漢字', 'x'.repeat(40)];
const wide = [
  'pipe|at@',
  'colon:0001',
  'two::colons',
  'slash/in/it',
  'space in it',
  'percent%2Fcoded',
  '🜚',
  'dot.dot..',
  'long'.repeat(50),
];

/** Endings that some part of a system might take for the same. All of them are live at once. */
const alike = ['', 'a', 'A', 'é', 'É', `${'x'.repeat(44)}1`, `${'x'.repeat(44)}2`];
const alikeWide = ['e\u0301', ' ', 'a ', ':', ':0000', '%61', 'a\u0000'];

async function lives(world: World, suffix: string): Promise<void> {
  const instanceId = world.id(suffix);
  const started = await world.start(
    [
      { kind: 'call', count: 2 },
      { kind: 'child', steps: [{ kind: 'call', count: 1 }] },
      { kind: 'wait', name: 'x' },
    ],
    { instanceId },
  );
  world.equal(started, instanceId, 'id that the start answered');
  await world.door.raise(instanceId, 'x', '1');
  await world.traceOf(instanceId);
  await world.door.purge(instanceId);
  world.equal(await world.door.get(instanceId), undefined, 'instance after the purge');
}

const refusedIds: readonly { readonly id: string; readonly given: string; readonly code: ErrorCode }[] = [
  { id: 'space', given: 'a b', code: 'ERR_INSTANCE_ID_INVALID' },
  { id: 'colon', given: 'a:b', code: 'ERR_INSTANCE_ID_INVALID' },
  { id: 'slash', given: 'a/b', code: 'ERR_INSTANCE_ID_INVALID' },
  { id: 'emoji', given: '🜚', code: 'ERR_INSTANCE_ID_INVALID' },
  { id: '65-bytes', given: 'x'.repeat(65), code: 'ERR_INSTANCE_ID_TOO_LONG' },
  { id: '65-bytes-unicode', given: `${'é'.repeat(32)}x`, code: 'ERR_INSTANCE_ID_TOO_LONG' },
];

export const idSuite = suite('ids', { level: 'core', storey: 'contract' }, [
  ...plain.map((suffix) => ({
    id: `plain-${suffix.slice(0, 12)}`,
    promise: `An instance called "...${suffix.slice(0, 20)}" runs activities and a child, takes an event and is purged.`,
    pins: 'statements 10, 17',
    uses: ['start', 'get', 'raise', 'purge'] as const,
    run: (world: World) => lives(world, suffix),
  })),
  ...wide.map((suffix) => ({
    id: `wide-${suffix.slice(0, 12)}`,
    promise: `An instance called "...${suffix.slice(0, 20)}" does all that where the door takes such an id.`,
    pins: 'statement 26',
    uses: ['start', 'get', 'raise', 'purge', 'anyId'] as const,
    run: (world: World) => lives(world, suffix),
  })),
  ...refusedIds.map(({ id, given, code }) => ({
    id: `refused-${id}`,
    promise: `A start under an id with ${id} is refused on the doors that follow Dapr's rule, and nothing is begun.`,
    pins: 'statement 10',
    run: async (world: World) => {
      if (world.door.operations.has('anyId')) return;
      await world.refuses('start', code, () => world.startEcho('1', { instanceId: given }));
    },
  })),
  {
    id: 'look-alikes',
    promise: 'Ids that only look alike are different instances.',
    pins: 'reliability 4.2',
    uses: ['start', 'get', 'raise'],
    run: async (world) => {
      const all = world.door.operations.has('anyId') ? [...alike, ...alikeWide] : alike;
      const base = world.id();
      const instanceIds = all.map((suffix) => `${base}${suffix}`);
      for (const instanceId of instanceIds) await world.start([{ kind: 'wait', name: 'x' }], { instanceId });
      for (const instanceId of instanceIds) await world.door.raise(instanceId, 'x', instanceId);
      for (const instanceId of instanceIds) world.equal(await world.traceOf(instanceId), [instanceId], 'trace');
    },
  },
  {
    id: 'made-up',
    promise: 'Without an id the host makes one up, each time another.',
    pins: 'statement 9',
    run: async (world) => {
      if (world.door.name === 'in-process') return;
      const ids = await Promise.all([1, 2, 3].map(() => world.door.start({ workflow: 'echo', input: '1' })));
      world.equal(new Set(ids).size, 3, 'different ids');
      for (const id of ids) {
        world.check(/^[0-9a-f-]{36}$/.test(id), `"${id}" is a UUID`);
        await world.ends(id);
      }
    },
  },
]);

import { legal } from '../../core/orchestration/index.js';
import { suite } from '../case.js';
import type { World } from '../world.js';
import type { Program } from '../worker/program.js';
import { reach } from './states.js';

const mixed: Program = [
  { kind: 'call', count: 2 },
  { kind: 'child', steps: [{ kind: 'call', count: 1 }] },
  { kind: 'sleep', ms: 5 },
  { kind: 'wait', name: 'go' },
];

export const getSuite = suite('get', { level: 'core', storey: 'contract' }, [
  {
    id: 'absent',
    promise: 'An unknown id is said to be unknown.',
    pins: 'statements 12, 22, 31',
    run: async (world) => world.equal(await world.door.get(world.id()), undefined, 'view'),
  },
  {
    id: 'fields',
    promise: 'A completed instance shows its name, status, input and output.',
    pins: 'statement 12',
    run: async (world) => {
      const id = await world.startEcho('"in"');
      await world.ends(id);
      const { instanceId, workflowName, status, input, output } = await world.get(id);
      world.equal(
        { instanceId, workflowName, status, input, output },
        { instanceId: id, workflowName: 'echo', status: 'COMPLETED', input: '"in"', output: '"in"' },
        'view',
      );
    },
  },
  {
    id: 'never-torn',
    promise:
      'A read during a fan-out never shows an impossible mixture: an output only with COMPLETED, nothing after the end.',
    pins: 'reliability B13',
    run: async (world) => {
      const id = await world.start([
        { kind: 'call', count: 20 },
        { kind: 'call', count: 20 },
      ]);
      await world.eventually('it has ended', async () => {
        const views = await Promise.all(Array.from({ length: 8 }, () => world.get(id)));
        for (const view of views) {
          world.equal(view.output !== undefined, view.status === 'COMPLETED', `output with ${view.status}`);
        }
        return { done: views.some((view) => view.status === 'COMPLETED'), value: views[0] };
      });
      for (const view of await Promise.all(Array.from({ length: 16 }, () => world.get(id)))) {
        world.equal(view.status, 'COMPLETED', 'status of an instance that has ended');
      }
    },
  },
]);

export const historySuite = suite(
  'history',
  { level: 'full', storey: 'contract', uses: ['start', 'get', 'history'], needs: ['history'] },
  [
    {
      id: 'absent',
      promise: 'The history of an unknown id is refused.',
      pins: 'statement 37',
      run: async (world) => {
        const id = world.id();
        await world.refuses('history', 'ERR_INSTANCE_NOT_FOUND', () => world.history(id));
      },
    },
    {
      id: 'pending',
      promise: 'The history of an instance that has not begun is empty.',
      pins: 'Dapr 3.1',
      uses: ['start', 'get', 'history', 'startAt'],
      run: async (world) => {
        const id = await reach(world, 'pending');
        world.equal(await world.history(id), [], 'events');
      },
    },
    {
      id: 'legal',
      promise: 'The history of a workflow with everything in it is one the turn model can produce.',
      pins: 'turn model 7',
      uses: ['start', 'get', 'history', 'raise'],
      run: async (world) => {
        const id = await world.start(mixed);
        await world.door.raise(id, 'go', '1');
        await world.ends(id);
        const raised = [{ name: 'go', data: '1', outcome: 'acknowledged' as const }];
        world.equal(
          legal(await world.history(id), { raised, quiescent: true }, { ran: world.worker.ranFor(id) }),
          [],
          'violations',
        );
        world.equal(legal(await world.history(`${id}:0002`)), [], 'violations of the child');
      },
    },
    {
      id: 'legal-at-rest',
      promise: 'The history of an instance that waits has every event it was sent, once and in order.',
      pins: 'turn model 7, reliability B18',
      uses: ['start', 'get', 'history', 'raise'],
      run: async (world) => {
        const id = await world.start([
          { kind: 'wait', name: 'go' },
          { kind: 'status', value: '"on"' },
          { kind: 'wait', name: 'end' },
        ]);
        const raised = ['1', '2', '3'].map((data) => ({ name: 'go', data, outcome: 'acknowledged' as const }));
        for (const { name, data } of raised) await world.door.raise(id, name, data);
        await world.eventually('the events were taken in', async () => {
          const view = await world.get(id);
          return { done: view.customStatus === '"on"', value: view };
        });
        await world.eventually('no event is on its way', async () => {
          const value = legal(await world.history(id), { raised, quiescent: true });
          return { done: value.length === 0, value };
        });
        await world.door.raise(id, 'end');
        await world.ends(id);
      },
    },
    {
      id: 'current-generation',
      promise: 'The history is the one of the current generation.',
      pins: 'statement 37',
      needs: ['history', 'portableWorkflows'],
      run: async (world) => {
        const id = await world.start([
          { kind: 'call', count: 2 },
          { kind: 'again', steps: [{ kind: 'call', count: 1 }] },
        ]);
        await world.ends(id);
        const events = await world.history(id);
        world.equal(legal(events), [], 'violations');
        world.equal(
          events.filter(({ kind }) => kind === 'taskScheduled').length,
          1,
          'activities of the last generation',
        );
      },
    },
    {
      id: 'first-turn',
      promise: 'A turn begins with workflowStarted, and the first one then has executionStarted.',
      pins: 'statement 41',
      run: async (world) => {
        const id = await world.startEcho('1');
        await world.ends(id);
        const kinds = (await world.history(id)).map((event) => event.kind);
        world.equal(kinds, ['workflowStarted', 'executionStarted', 'executionCompleted'], 'kinds');
      },
    },
  ],
);

/** All pages, in their order. An instance that comes twice, or a list without an end, is a mismatch. */
async function listAll(world: World, pageSize = 1000): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  let token: string | undefined;
  do {
    const page = await world.door.list({ pageSize, ...(token === undefined ? {} : { token }) });
    world.check(page.instanceIds.length <= pageSize, 'no page is longer than asked');
    for (const id of page.instanceIds) {
      world.check(!seen.has(id), `every instance is listed once, and "${id}" is listed twice`);
      seen.add(id);
    }
    token = page.token;
  } while (token !== undefined);
  return seen;
}

export const listSuite = suite(
  'list',
  { level: 'full', storey: 'contract', uses: ['start', 'get', 'list'], needs: ['list'] },
  [
    {
      id: 'pages',
      promise: 'Paging shows every instance once, the last page has no token.',
      pins: 'statement 36',
      run: async (world) => {
        const ids = await Promise.all(Array.from({ length: 25 }, () => world.startEcho('1')));
        for (const id of ids) await world.ends(id);
        await world.eventually('all are listed', async () => {
          const seen = await listAll(world, 7);
          return { done: ids.every((id) => seen.has(id)), value: seen.size };
        });
      },
    },
    {
      id: 'children-too',
      promise: 'Children are listed like everybody else.',
      pins: 'Dapr 6, list',
      needs: ['list', 'portableWorkflows'],
      run: async (world) => {
        const id = await world.start([{ kind: 'child', steps: [] }]);
        await world.ends(id);
        await world.eventually('the child is listed', async () => {
          const seen = await listAll(world);
          return { done: seen.has(`${id}:0000`), value: seen.size };
        });
      },
    },
    {
      id: 'oldest-first',
      promise: 'Instances are listed in the order they were begun.',
      pins: 'Dapr 6, list',
      run: async (world) => {
        const ids: string[] = [];
        for (let count = 0; count < 5; count += 1) ids.push(await world.startEcho('1'));
        const seen = await world.eventually('all are listed', async () => {
          const value = await listAll(world, 3);
          return { done: ids.every((id) => value.has(id)), value };
        });
        world.equal(
          [...seen].filter((id) => ids.includes(id)),
          ids,
          'order',
        );
      },
    },
    {
      id: 'bad-token',
      promise: 'A made-up token is refused.',
      pins: 'golden: where the host is better',
      run: async (world) =>
        world.refuses('list', 'ERR_CONTINUATION_TOKEN_INVALID', () =>
          world.door.list({ pageSize: 5, token: 'nonsense' }),
        ),
    },
    {
      id: 'purged-are-gone',
      promise: 'A purged instance is not listed.',
      pins: 'Dapr 6, list',
      uses: ['start', 'get', 'list', 'purge'],
      run: async (world) => {
        const id = await reach(world, 'completed');
        await world.door.purge(id);
        await world.eventually('it is not listed', async () => {
          const seen = await listAll(world);
          return { done: !seen.has(id), value: seen.size };
        });
      },
    },
  ],
);

export const waitSuite = suite(
  'wait',
  { level: 'core', storey: 'contract', uses: ['start', 'get', 'wait', 'raise'], needs: ['wait'] },
  [
    {
      id: 'ends',
      promise: 'A wait is answered when the instance ends.',
      pins: 'statement 32',
      run: async (world) => {
        const id = await reach(world, 'running');
        const waiting = world.door.waitForEnd(id, new AbortController().signal);
        await world.door.raise(id, 'go', '1');
        world.equal((await waiting).status, 'COMPLETED', 'status');
      },
    },
    {
      id: 'already-ended',
      promise: 'A wait for an instance that has ended is answered at once.',
      pins: 'statement 32',
      run: async (world) => {
        const id = await reach(world, 'failed');
        world.equal((await world.door.waitForEnd(id, new AbortController().signal)).status, 'FAILED', 'status');
      },
    },
    {
      id: 'unknown-parks',
      promise: 'A wait for an unknown id waits until there is such an instance and it has ended.',
      pins: 'statement 32',
      run: async (world) => {
        const instanceId = world.id();
        const waiting = world.door.waitForEnd(instanceId, new AbortController().signal);
        await world.startEcho('1', { instanceId });
        world.equal((await waiting).status, 'COMPLETED', 'status');
      },
    },
    {
      id: 'given-up',
      promise: 'A wait that is given up ends, and the instance goes on.',
      pins: 'statement 32',
      run: async (world) => {
        const id = await reach(world, 'running');
        const patience = new AbortController();
        const waiting = world.door.waitForEnd(id, patience.signal).then(
          () => 'answered',
          () => 'given up',
        );
        patience.abort();
        world.equal(await waiting, 'given up', 'wait');
        await world.door.raise(id, 'go');
        await world.ends(id);
      },
    },
  ],
);

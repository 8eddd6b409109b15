import { legal } from '../../core/orchestration/index.js';
import { suite } from '../case.js';
import type { Program } from '../worker/program.js';
import { Mismatch, type World } from '../world.js';
import { reach } from './states.js';

const done = (value: unknown): string => JSON.stringify({ done: value });
const waits: Program = [{ kind: 'wait', name: 'go' }];
const one: Program = [{ kind: 'call', count: 1 }];

async function crash(world: World): Promise<void> {
  if (!world.crash) throw new Mismatch('the target cannot be killed');
  await world.crash();
}

/** At least once, each of them. */
function ranAll(world: World, instanceId: string, taskIds: readonly number[]): void {
  const ran = [...new Set(world.worker.ranFor(instanceId))].sort((a, b) => a - b);
  world.equal(ran, taskIds, 'activities that ran');
}

/** Where it can be read, the history is one that could have come about without a crash. */
async function judge(world: World, instanceId: string): Promise<void> {
  if (!world.door.operations.has('history') || !world.capabilities.history) return;
  const ran = world.worker.ranFor(instanceId);
  world.equal(legal(await world.history(instanceId), {}, { ran }), [], 'violations');
}

/** After a crash everything that was acknowledged is there, and every instance ends as it would have without one. */
export const crashSuite = suite(
  'crash',
  { level: 'full', storey: 'scenario', needs: ['portableWorkflows'], crash: true, alone: true, pins: 'statement 61' },
  [
    {
      id: 'starts',
      promise: 'Instances that were acknowledged just before the crash all end.',
      run: async (world) => {
        const ids = await Promise.all(Array.from({ length: 20 }, () => world.start(one)));
        await crash(world);
        for (const id of ids) world.equal(await world.traceOf(id), [done(0)], 'trace');
      },
    },
    {
      id: 'fan-out',
      promise: 'Activities that were running are run again; results that were taken in are kept.',
      run: async (world) => {
        const instanceId = world.id();
        const steps: Program = [...waits, { kind: 'call', count: 3 }, ...waits, { kind: 'call', count: 10 }];
        await world.start(steps, { instanceId });
        await world.door.raise(instanceId, 'go', '1');
        await world.eventually('the first activities ran', async () => {
          const value = world.worker.ranFor(instanceId);
          return { done: value.length === 3, value };
        });
        const gate = world.worker.holdWork(instanceId);
        await world.door.raise(instanceId, 'go', '2');
        await gate.reached();
        await crash(world);
        gate.open();
        const results = Array.from({ length: 10 }, (_unused, index) => done(index));
        world.equal(await world.traceOf(instanceId), ['1', done(0), done(1), done(2), '2', ...results], 'trace');
        ranAll(world, instanceId, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
        const early = world.worker.ranFor(instanceId).filter((taskId) => taskId < 3);
        world.equal(early.length, 3, 'runs of the activities whose results were taken in');
        await judge(world, instanceId);
      },
    },
    {
      id: 'timer',
      promise: 'A timer fires after the crash, and not before its time.',
      run: async (world) => {
        const begun = Date.now();
        const id = await world.start([{ kind: 'sleep', ms: 1_500 }]);
        await world.until(id, 'RUNNING');
        await crash(world);
        world.equal(await world.traceOf(id), ['fired'], 'trace');
        world.check(Date.now() - begun >= 1_500 - world.limits.timerGranularityMs, 'not before its time');
        await judge(world, id);
      },
    },
    {
      id: 'scheduled-start',
      promise: 'An instance that was to begin later is still there, begins by itself, and not before its time.',
      uses: ['start', 'get', 'startAt'],
      run: async (world) => {
        const startAtMs = Date.now() + 2_000;
        const id = await world.start(one, { startAtMs });
        await crash(world);
        world.equal(await world.traceOf(id), [done(0)], 'trace');
        world.check(Date.now() >= startAtMs - world.limits.timerGranularityMs, 'not before its time');
      },
    },
    {
      id: 'events',
      promise: 'Events acknowledged just before the crash are each seen once, in order.',
      uses: ['start', 'get', 'raise'],
      run: async (world) => {
        const instanceId = world.id();
        const data = ['0', '1', '2', '3', '4'];
        await world.start([...waits, ...data.map(() => ({ kind: 'wait' as const, name: 'go' }))], { instanceId });
        await world.until(instanceId, 'RUNNING');
        const gate = world.worker.holdTurns(instanceId);
        for (const each of data) await world.door.raise(instanceId, 'go', each);
        await crash(world);
        gate.open();
        await world.door.raise(instanceId, 'go', '5');
        world.equal(await world.traceOf(instanceId), [...data, '5'], 'trace');
        await judge(world, instanceId);
      },
    },
    {
      id: 'sent-event',
      promise: 'An event that one instance sent to another arrives.',
      run: async (world) => {
        const to = await world.start(waits);
        await world.until(to, 'RUNNING');
        const gate = world.worker.holdTurns(to);
        await world.ends(await world.start([{ kind: 'send', to, name: 'go', data: '"sent"' }]));
        await crash(world);
        gate.open();
        world.equal(await world.traceOf(to), ['"sent"'], 'trace');
      },
    },
    {
      id: 'child',
      promise: 'A child that was at work goes on, and its parent hears of it.',
      run: async (world) => {
        const instanceId = world.id();
        const gate = world.worker.holdWork(`${instanceId}:0000`);
        await world.start([{ kind: 'child', steps: one }], { instanceId });
        await gate.reached();
        await crash(world);
        gate.open();
        world.equal(await world.traceOf(instanceId), [JSON.stringify([done(0)])], 'trace');
        ranAll(world, `${instanceId}:0000`, [0]);
        await judge(world, instanceId);
      },
    },
    {
      id: 'continue-as-new',
      promise: 'A crash between two generations loses neither the new input nor the events carried over.',
      uses: ['start', 'get', 'raise'],
      run: async (world) => {
        const instanceId = world.id();
        const lastTurn = world.worker.holdTurns(instanceId);
        const again: Program = [...waits, ...waits, ...waits];
        const starting = world.start([...waits, { kind: 'again', steps: again }], { instanceId });
        await lastTurn.reached();
        for (const data of ['0', '1', '2', '3']) await world.door.raise(instanceId, 'go', data);
        const firstTurn = world.worker.holdTurns(instanceId);
        lastTurn.open();
        await firstTurn.reached();
        await starting;
        await crash(world);
        firstTurn.open();
        world.equal(await world.traceOf(instanceId), ['1', '2', '3'], 'what the next generation saw');
        await judge(world, instanceId);
      },
    },
    {
      id: 'suspended',
      promise: 'A suspended instance is suspended after the crash, and goes on with what came meanwhile.',
      uses: ['start', 'get', 'raise', 'suspend', 'resume'],
      run: async (world) => {
        const id = await world.start([...waits, ...one]);
        await world.until(id, 'RUNNING');
        await world.door.suspend(id);
        await world.door.raise(id, 'go', '1');
        await crash(world);
        world.equal((await world.get(id)).status, 'SUSPENDED', 'status after the crash');
        world.equal(world.worker.ranFor(id), [], 'steps begun while suspended');
        await world.door.resume(id);
        world.equal(await world.traceOf(id), ['1', done(0)], 'trace');
        await judge(world, id);
      },
    },
    {
      id: 'resumed',
      promise: 'A resume acknowledged just before the crash has happened.',
      uses: ['start', 'get', 'raise', 'suspend', 'resume'],
      run: async (world) => {
        const id = await reach(world, 'suspended');
        await world.door.resume(id);
        await crash(world);
        world.equal((await world.get(id)).status, 'RUNNING', 'status after the crash');
        await world.door.raise(id, 'go', '1');
        world.equal(await world.traceOf(id), ['1'], 'trace');
      },
    },
    {
      id: 'retry',
      promise: 'A crash between two attempts costs none of them.',
      run: async (world) => {
        const request = { failure: { errorType: 'E', errorMessage: 'm' }, failFirst: 2, whoAmI: true };
        const id = await world.start([{ kind: 'retry', request, attempts: 3, delayMs: 700 }]);
        await world.eventually('the first attempt was made', async () => {
          const value = world.worker.ranFor(id);
          return { done: value.length > 0, value };
        });
        await crash(world);
        world.equal(await world.traceOf(id), ['"retry-0"'], 'answer of the third attempt');
        ranAll(world, id, [0, 2, 4]);
        await judge(world, id);
      },
    },
    {
      id: 'again-and-again',
      promise: 'An instance whose every step is cut off by a crash ends all the same.',
      run: async (world) => {
        const instanceId = world.id();
        const echoes = [0, 1, 2];
        let gate = world.worker.holdWork(instanceId);
        await world.start(
          echoes.map((echo) => ({ kind: 'work' as const, requests: [{ echo }] })),
          { instanceId },
        );
        for (const _crash of echoes) {
          await gate.reached();
          await crash(world);
          const passed = gate;
          gate = world.worker.holdWork(instanceId);
          passed.open();
        }
        gate.open();
        world.equal(await world.traceOf(instanceId), echoes.map(done), 'trace');
        ranAll(world, instanceId, echoes);
        await judge(world, instanceId);
      },
    },
    {
      id: 'recursive-terminate',
      promise: 'A recursive terminate that was acknowledged reaches the last descendant.',
      uses: ['start', 'get', 'terminate'],
      needs: ['portableWorkflows', 'recursiveTerminate'],
      run: async (world) => {
        const id = await world.start([{ kind: 'child', steps: [{ kind: 'child', steps: waits }] }]);
        const family = [id, `${id}:0000`, `${id}:0000:0000`];
        await world.until(`${id}:0000:0000`, 'RUNNING');
        await world.door.terminate(id);
        await crash(world);
        world.equal((await world.get(id)).status, 'TERMINATED', 'status of the root after the crash');
        for (const each of family) await world.ends(each, 'TERMINATED');
      },
    },
    {
      id: 'purge',
      promise: 'What was purged stays gone, descendants included, and the id can be used again.',
      uses: ['start', 'get', 'purge'],
      run: async (world) => {
        const id = await world.start([{ kind: 'child', steps: one }]);
        await world.ends(id);
        await world.door.purge(id);
        await crash(world);
        for (const gone of [id, `${id}:0000`]) world.equal(await world.door.get(gone), undefined, gone);
        await world.startEcho('"new"', { instanceId: id });
        world.equal((await world.ends(id)).output, '"new"', 'output of the new run');
      },
    },
    {
      id: 'forced-purge',
      promise: 'An instance that was purged in the middle of its work does not come back.',
      uses: ['start', 'get', 'purge', 'forcePurge'],
      run: async (world) => {
        const instanceId = world.id();
        const gate = world.worker.holdWork(instanceId);
        await world.start(one, { instanceId });
        await gate.reached();
        await world.door.purge(instanceId, { force: true });
        await crash(world);
        gate.open();
        await world.ends(await world.start(one));
        world.equal(await world.door.get(instanceId), undefined, 'instance after the crash');
      },
    },
    {
      id: 'ended',
      promise: 'Instances that have ended are shown as before: output, failure, custom status, history.',
      uses: ['start', 'get', 'terminate'],
      run: async (world) => {
        const stated = await world.start([{ kind: 'status', value: ' {"half":\u00e9 🜚} ' }, ...one]);
        await world.ends(stated);
        const ids = [stated, await reach(world, 'failed'), await reach(world, 'terminated')];
        const look = async (): Promise<unknown[]> => {
          const readable = world.door.operations.has('history') && world.capabilities.history;
          const histories = readable ? await Promise.all(ids.map((id) => world.history(id))) : [];
          return [...(await Promise.all(ids.map((id) => world.get(id)))), ...histories];
        };
        const before = await look();
        await crash(world);
        world.equal(await look(), before, 'views and histories');
      },
    },
    {
      id: 'custom-status',
      promise: 'The custom status of an instance that waits is kept, every character of it.',
      uses: ['start', 'get', 'raise'],
      run: async (world) => {
        const value = '"a\u0000b 漢字 🜚"';
        const id = await world.start([{ kind: 'status', value }, ...waits]);
        await world.until(id, 'RUNNING');
        await crash(world);
        world.equal((await world.get(id)).customStatus, value, 'custom status after the crash');
        await world.door.raise(id, 'go', '1');
        world.equal((await world.ends(id)).customStatus, value, 'custom status at the end');
      },
    },
    {
      id: 'live-id',
      promise: 'The id of a live instance is still taken.',
      uses: ['start', 'get', 'raise'],
      run: async (world) => {
        const id = await reach(world, 'running');
        await crash(world);
        await world.refuses('start', 'ERR_INSTANCE_EXISTS', () => world.startEcho('1', { instanceId: id }));
        await world.door.raise(id, 'go', '1');
        world.equal(await world.traceOf(id), ['1'], 'trace');
      },
    },
    {
      id: 'stalled',
      promise: 'A stalled instance is stalled after the crash, and goes on when a worker with its version comes.',
      uses: ['start', 'get', 'raise'],
      run: async (world) => {
        const version = world.id();
        world.worker.versions.add(version);
        const id = await world.start([{ kind: 'version', name: version }, ...waits]);
        await world.until(id, 'RUNNING');
        world.worker.versions.delete(version);
        await world.door.raise(id, 'go', '1');
        await world.until(id, 'STALLED');
        await crash(world);
        await world.until(id, 'STALLED');
        world.worker.versions.add(version);
        await world.reconnect();
        world.equal(await world.traceOf(id), [version, '1'], 'trace');
      },
    },
    {
      id: 'rerun',
      promise: 'A rerun that was acknowledged goes on.',
      uses: ['start', 'get', 'rerun'],
      run: async (world) => {
        const from = await world.start([{ kind: 'call', count: 2 }]);
        await world.ends(from);
        const newInstanceId = world.id();
        await world.door.rerun({ source: from, eventId: 1, newInstanceId });
        await crash(world);
        world.equal(await world.traceOf(newInstanceId), [done(0), done(1)], 'trace');
      },
    },
  ],
);

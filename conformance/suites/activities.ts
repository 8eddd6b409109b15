import { suite } from '../case.js';
import type { World } from '../world.js';

const done = (value: unknown): string => JSON.stringify({ done: value });

/** Widths the component declares to bear. */
function fanOut(width: number) {
  return {
    id: `fan-out-${width}`,
    promise: `${width} activities at once all run once, and their results come back in the order they were called.`,
    pins: 'Dapr 4.12, statement 42',
    run: async (world: World): Promise<void> => {
      if (world.limits.openTasks < width) return;
      const id = await world.start([{ kind: 'call', count: width }]);
      const expected = Array.from({ length: width }, (_unused, index) => done(index));
      world.equal(await world.traceOf(id), expected, 'results');
      world.equal(world.worker.ranFor(id).length, width, 'runs');
    },
  };
}

export const activitySuite = suite('activities', { level: 'core', storey: 'scenario', needs: ['portableWorkflows'] }, [
  {
    id: 'none',
    promise: 'A workflow without a step ends.',
    pins: 'Dapr 4.1',
    run: async (world) => world.equal(await world.traceOf(await world.start([])), [], 'trace'),
  },
  {
    id: 'sequence',
    promise: 'Five activities one after the other each run once, in order.',
    pins: 'Dapr 4.12',
    run: async (world) => {
      const id = await world.start([0, 1, 2, 3, 4].map((echo) => ({ kind: 'work' as const, requests: [{ echo }] })));
      world.equal(await world.traceOf(id), [0, 1, 2, 3, 4].map(done), 'results');
      world.equal(world.worker.ranFor(id), [0, 1, 2, 3, 4], 'runs');
    },
  },
  fanOut(10),
  fanOut(100),
  { ...fanOut(1000), level: 'full' },
  {
    id: 'any',
    promise: 'The first of several results lets the workflow go on; the others are dropped later.',
    pins: 'Dapr 4.12',
    run: async (world) => {
      const id = await world.start([{ kind: 'any', requests: [{ echo: 'a' }, { echo: 'b' }] }]);
      const [first] = await world.traceOf(id);
      world.check(first === done('a') || first === done('b'), `one of the two, saw ${first}`);
    },
  },
  {
    id: 'failure',
    promise: 'A failure reaches the workflow with type, message and its chain of causes.',
    pins: 'Dapr 4.15',
    run: async (world) => {
      const inner = { errorType: 'Root', errorMessage: 'deep' };
      const failure = { errorType: 'Boom', errorMessage: 'bad "quotes" and 漢字', stackTrace: 'at x', inner };
      const id = await world.start([{ kind: 'work', requests: [{ failure }] }]);
      world.equal(await world.traceOf(id), ['failed Boom: bad "quotes" and 漢字 <- Root: deep'], 'trace');
    },
  },
  {
    id: 'one-of-many-fails',
    promise: 'One failure of many leaves the results of the others.',
    pins: 'Dapr 4.12',
    run: async (world) => {
      const failure = { errorType: 'E', errorMessage: 'm' };
      const id = await world.start([{ kind: 'work', requests: [{ echo: 1 }, { failure }, { echo: 3 }] }]);
      world.equal(await world.traceOf(id), [done(1), 'failed E: m', done(3)], 'trace');
    },
  },
  {
    id: 'failed-workflow',
    promise: 'A failed workflow shows its failure with the cause, and no output.',
    pins: 'statement 13',
    run: async (world) => {
      const failure = { errorType: 'E', errorMessage: 'why', inner: { errorType: 'C', errorMessage: 'cause' } };
      const view = await world.ends(
        await world.start([{ kind: 'fail', message: '', failure, result: '"text"' }]),
        'FAILED',
      );
      world.equal(view.output, undefined, 'output');
      world.equal(view.failure, { errorType: 'E', errorMessage: 'why' }, 'failure');
    },
  },
  {
    id: 'failed-history-keeps-causes',
    promise: 'History keeps the whole chain of causes of a failure.',
    pins: 'Dapr 4.15',
    uses: ['start', 'get', 'history'],
    needs: ['history'],
    run: async (world) => {
      const inner = { errorType: 'C', errorMessage: 'cause', inner: { errorType: 'R', errorMessage: 'root' } };
      const id = await world.start([
        { kind: 'fail', message: '', failure: { errorType: 'E', errorMessage: 'why', inner } },
      ]);
      await world.ends(id, 'FAILED');
      const end = (await world.history(id)).at(-1);
      world.equal(end?.kind === 'executionCompleted' && end.failure?.inner?.inner?.errorType, 'R', 'innermost cause');
    },
  },
  {
    id: 'retry-succeeds',
    promise: 'Three attempts are three runs with two timers between them, under one task execution id.',
    pins: 'Dapr 4.14, statement 56',
    run: async (world) => {
      const failure = { errorType: 'E', errorMessage: 'm' };
      const request = { failure, failFirst: 2, whoAmI: true };
      const id = await world.start([{ kind: 'retry', request, attempts: 5, delayMs: 5, backoff: 2 }]);
      world.equal(await world.traceOf(id), ['"retry-0"'], 'answer of the third attempt');
      world.equal(world.worker.ranFor(id), [0, 2, 4], 'runs');
    },
  },
  {
    id: 'retry-exhausted',
    promise: 'When the attempts are used up the last failure is what the workflow sees.',
    pins: 'Dapr 4.14',
    run: async (world) => {
      const failure = { errorType: 'E', errorMessage: 'm' };
      const id = await world.start([{ kind: 'retry', request: { failure }, attempts: 3, delayMs: 1 }]);
      world.equal(await world.traceOf(id), ['failed E: m'], 'trace');
      world.equal(world.worker.ranFor(id).length, 3, 'runs');
    },
  },
  {
    id: 'retry-not-retriable',
    promise: 'A failure that is not retriable is not retried.',
    pins: 'Dapr 4.14',
    run: async (world) => {
      const failure = { errorType: 'E', errorMessage: 'm', nonRetriable: true };
      const id = await world.start([{ kind: 'retry', request: { failure }, attempts: 3, delayMs: 1 }]);
      world.equal(await world.traceOf(id), ['failed E: m'], 'trace');
      world.equal(world.worker.ranFor(id).length, 1, 'runs');
    },
  },
  {
    id: 'late-result-after-end',
    promise: 'A result that comes after the instance has ended is dropped, and nothing changes.',
    pins: 'statement 49',
    uses: ['start', 'get', 'terminate'],
    run: async (world) => {
      const instanceId = world.id();
      const gate = world.worker.holdWork(instanceId);
      await world.start([{ kind: 'call', count: 1 }], { instanceId });
      await gate.reached();
      await world.door.terminate(instanceId);
      await world.ends(instanceId, 'TERMINATED');
      gate.open();
      await world.traceOf(await world.start([{ kind: 'call', count: 1 }]));
      world.equal((await world.get(instanceId)).status, 'TERMINATED', 'status after the late result');
    },
  },
  {
    id: 'big-results',
    promise: 'Many results of 100 KB each come back whole.',
    pins: 'Dapr 4.24',
    level: 'full',
    run: async (world) => {
      if (world.limits.payloadBytes < 100_000) return;
      const requests = Array.from({ length: 10 }, () => ({ size: 100_000 }));
      const id = await world.start([{ kind: 'work', requests }]);
      world.equal(
        (await world.traceOf(id)).map((result) => result.length),
        requests.map(() => 100_002),
        'sizes',
      );
    },
  },
]);

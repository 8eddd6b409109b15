import {
  activityRef,
  defineEvent,
  defineWorkflow,
  TimedOut,
  workflowRef,
  type WorkflowContext,
} from '../../../sdk/index.js';
import type { AnyWorkflow } from '../../../sdk/authoring/definitions.js';
import type { WorldOptions } from './replay-world.js';

const echo = activityRef<unknown, unknown>('echo');
const fails = activityRef<unknown, unknown>('fails');
const childOf = workflowRef<unknown, unknown>('child');
const ping = defineEvent<number>('ping');

/** Programs that use plain promises in every way authors do. */
export interface Sample {
  readonly name: string;
  readonly code: (wf: WorkflowContext) => Promise<unknown>;
  readonly world?: WorldOptions;
}

/** Awaits `hops` times without the context, then the step. */
async function slowly<T>(hops: number, step: () => Promise<T>): Promise<T> {
  for (let hop = 0; hop < hops; hop += 1) await Promise.resolve();
  return step();
}

async function* pages(wf: WorkflowContext): AsyncGenerator {
  for (let page = 0; page < 4; page += 1) yield await wf.call(echo, page);
}

async function* each<T>(promises: readonly Promise<T>[]): AsyncGenerator<T> {
  yield* promises;
}

/** What a library gives that has promises of its own kind: only its `then` tells. */
function lazy<T>(begin: () => Promise<T>): PromiseLike<T> {
  const thenable = {};
  Reflect.set(thenable, 'then', (...given: Parameters<Promise<T>['then']>) => begin().then(...given));
  return thenable as PromiseLike<T>;
}

export const samples: readonly Sample[] = [
  {
    name: 'a loop of steps',
    code: async (wf) => {
      const results = [];
      for (let step = 0; step < 6; step += 1) results.push(await wf.call(echo, step));
      return results;
    },
  },
  {
    name: 'Promise.all over steps',
    code: (wf) => Promise.all([1, 2, 3, 4, 5].map((step) => wf.call(echo, step))),
  },
  {
    name: 'chains side by side',
    code: (wf) =>
      wf.all(
        [1, 2, 3].map(async (chain) => {
          const first = await wf.call(echo, chain);
          const second = await wf.call(echo, [chain, first]);
          return wf.call(echo, [chain, second]);
        }),
      ),
  },
  {
    name: 'helpers with unequal numbers of hops',
    code: (wf) =>
      Promise.all([0, 7, 2, 5, 1].map((hops) => slowly(hops, () => wf.call(echo, hops)).then((r) => wf.call(echo, r)))),
  },
  {
    name: 'a race, and what the loser does later',
    code: async (wf) => {
      const slow = wf.call(echo, 'slow').then(() => wf.call(echo, 'after slow'));
      const first = await Promise.race([slow, wf.call(echo, 'quick')]);
      return [first, await wf.call(echo, 'after the race'), await slow];
    },
  },
  {
    name: 'Promise.any with failures',
    code: async (wf) => [await wf.any([wf.call(fails), wf.call(fails), wf.call(echo, 1)]), await wf.call(echo, 2)],
  },
  {
    name: 'allSettled',
    code: async (wf) => {
      const settled = await wf.allSettled([wf.call(fails), wf.call(echo, 1), wf.child(childOf, 2)]);
      return settled.map(({ status }) => status);
    },
  },
  {
    name: 'an async generator',
    code: async (wf) => {
      const seen = [];
      for await (const page of pages(wf)) seen.push(page);
      return seen;
    },
  },
  {
    name: 'for await over promises begun together',
    code: async (wf) => {
      const seen = [];
      for await (const item of each([wf.call(echo, 1), wf.call(echo, 2), wf.call(echo, 3)])) seen.push(item, wf.now());
      return [seen, await wf.call(echo, seen.length)];
    },
  },
  {
    name: 'try, catch and finally',
    code: async (wf) => {
      const trace: unknown[] = [];
      try {
        await wf.call(echo, 1);
        await wf.call(fails);
      } catch {
        trace.push(await wf.call(echo, 'caught'));
      } finally {
        trace.push(await wf.call(echo, 'finally'));
      }
      return trace;
    },
  },
  {
    name: 'thenables',
    code: async (wf) => [await lazy(() => wf.call(echo, 1)), await lazy(() => wf.call(echo, 2))],
  },
  {
    name: 'then-chains',
    code: (wf) =>
      wf
        .call(echo, 1)
        .then((one) => wf.call(echo, [one]))
        .then((two) => Promise.all([wf.call(echo, two), wf.sleep('1s')]))
        .then(([three]) => wf.call(echo, three))
        .finally(() => wf.setStatus('over')),
  },
  {
    name: 'a thousand hops between two steps',
    code: (wf) => slowly(1_000, () => wf.call(echo, 1)).then((one) => slowly(1_000, () => wf.call(echo, one))),
  },
  {
    name: 'an await that comes much later than the call',
    code: async (wf) => {
      const early = wf.call(fails);
      await wf.sleep('1h');
      const caught = await early.catch(() => 'failed');
      return [caught, await wf.call(echo, 1)];
    },
  },
  {
    name: 'events, kept and awaited, in two waits of one name',
    world: {
      raise: [
        { before: 0, name: 'PING', data: 1 },
        { before: 1, name: 'ping', data: 2 },
        { before: 2, name: 'Ping', data: 3 },
      ],
    },
    code: async (wf) => {
      const first = wf.waitFor(ping);
      const second = wf.waitFor(ping);
      await wf.call(echo, 1);
      const third = await wf.waitFor(ping, { timeout: '1h' });
      return [await second, await first, third, await wf.call(echo, 'x'), await wf.waitFor(ping, { timeout: '1s' })];
    },
  },
  {
    name: 'scopes that time out, in one another',
    code: async (wf) => {
      const late = wf
        .scope({ timeout: '1h' }, async (outer) => {
          await outer.scope({ timeout: '2h' }, async (inner) => {
            await inner.waitFor(ping);
          });
        })
        .catch((error: unknown) => error instanceof TimedOut && error.timeoutMs);
      return [await wf.call(echo, 1), await late, await wf.call(echo, 2)];
    },
  },
  {
    name: 'retries with delays',
    code: (wf) =>
      Promise.all([
        wf.call(fails, 1, { retry: { maxAttempts: 3, firstDelay: '1s', backoff: 2 } }).catch(() => 'gave up'),
        wf.call(echo, 2, { timeout: '1m', retry: { maxAttempts: 2 } }),
      ]),
  },
  {
    name: 'children, detached instances and sent events',
    code: async (wf) => {
      wf.sendEvent('other', ping, 7);
      const id = wf.startDetached(childOf, 1);
      return [typeof id, await wf.child(childOf, 2), await wf.child(childOf, 3, { id: 'mine' })];
    },
  },
  {
    name: 'random values and ids',
    code: async (wf) => {
      const before = [wf.random(), wf.uuid()];
      await wf.call(echo, before);
      return [before, wf.random(), wf.uuid(), wf.now()];
    },
  },
  {
    name: 'compensations',
    code: async (wf) => {
      wf.compensate(() => wf.call(echo, 'undo 1'));
      await wf.call(echo, 'do 1');
      wf.compensate(async () => {
        await wf.call(echo, 'undo 2');
        await wf.sleep('1s');
      });
      await wf.call(fails, 'do 3');
    },
  },
  {
    name: 'recursion',
    code: async (wf) => {
      const walk = async (depth: number): Promise<unknown> =>
        depth === 0 ? wf.call(echo, 0) : [await walk(depth - 1), await wf.call(echo, depth)];
      return walk(5);
    },
  },
  {
    name: 'a pool of workers over a queue',
    code: async (wf) => {
      const queue = [1, 2, 3, 4, 5, 6, 7];
      const done: unknown[] = [];
      const work = async (): Promise<void> => {
        for (let job = queue.shift(); job !== undefined; job = queue.shift()) done.push(await wf.call(echo, job));
      };
      await Promise.all([work(), work(), work()]);
      return done;
    },
  },
];

/** As a workflow named `main`. */
export function workflowOf(code: Sample['code']): AnyWorkflow {
  return defineWorkflow('main', (wf) => code(wf));
}

/** `fails` fails, everything else gives its input back. */
export function perform(what: { readonly name: string; readonly input?: string }): unknown {
  if (what.name === 'fails') throw new RangeError('it fails');
  return what.input === undefined ? undefined : JSON.parse(what.input);
}

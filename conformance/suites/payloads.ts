import { suite, type CaseRow } from '../case.js';
import { absentText } from '../worker/program.js';
import type { World } from '../world.js';
import { goEvent } from './states.js';

/** Payloads are text that nobody between the two ends reads: they arrive byte for byte. */
const texts: readonly { readonly id: string; readonly text: string }[] = [
  { id: 'empty', text: '' },
  { id: 'null', text: 'null' },
  { id: 'spaces', text: ' { "a" : 1 ,\n\t"a": 2 } ' },
  { id: 'unicode', text: '"åß∂ 漢字 🜚\u0000\u2028"' },
  { id: 'not-json', text: 'plain <text> & ${x} #{y}' },
  { id: 'big-numbers', text: '[12345678901234567890, 1.0, 1e400, -0]' },
  { id: 'deep', text: `${'['.repeat(5_000)}${']'.repeat(5_000)}` },
  { id: 'proto', text: '{"__proto__":{"x":1},"constructor":null}' },
];

const mebibyte = 1024 * 1024;
const filler = (bytes: number): string => `"${'x'.repeat(bytes - 2)}"`;

async function echoes(world: World, text: string): Promise<void> {
  const view = await world.ends(await world.startEcho(text));
  world.equal(view.input, text, 'input');
  world.equal(view.output, text, 'output');
}

const called = { activity: 'an activity', child: 'a child' } as const;

function echoThrough(by: 'activity' | 'child', id: string, text?: string): CaseRow {
  const given = text === undefined ? {} : { text };
  return {
    id: `${by}-${id}`,
    promise: `An input of "${id}" goes to ${called[by]} that answers with it, and comes back byte for byte.`,
    pins: 'statement 11',
    needs: ['portableWorkflows'],
    run: async (world) => {
      const instanceId = await world.start([{ kind: 'echo', by, ...given }]);
      world.equal(await world.traceOf(instanceId), [text ?? absentText], 'what came back');
    },
  };
}

export const payloadSuite = suite('payloads', { level: 'core', storey: 'contract' }, [
  ...texts.map(({ id, text }) => ({
    id: `input-output-${id}`,
    promise: `An input of "${id}" reaches the workflow, and its output the caller, byte for byte.`,
    pins: 'statement 11',
    run: (world: World) => echoes(world, text),
  })),
  ...texts
    .filter(({ id }) => id !== 'empty')
    .map(({ id, text }) => ({
      id: `event-${id}`,
      promise: `The data of an event of "${id}" reaches the workflow byte for byte.`,
      pins: 'Dapr 4.7',
      uses: ['start', 'get', 'raise'] as const,
      run: async (world: World) => {
        const instance = await world.start([{ kind: 'wait', name: goEvent }]);
        await world.door.raise(instance, goEvent, text);
        world.equal(await world.traceOf(instance), [text], 'what the workflow saw');
      },
    })),
  ...(['activity', 'child'] as const).flatMap((by) => [
    ...texts.map(({ id, text }) => echoThrough(by, id, text)),
    echoThrough(by, 'absent'),
  ]),
  {
    id: 'absent-input',
    promise: 'A start without an input gives the workflow none, not an empty one.',
    pins: 'Dapr 3.1',
    uses: ['start', 'get', 'absentPayload'],
    run: async (world) => {
      const view = await world.ends(await world.startEcho(undefined));
      world.equal([view.input, view.output], [undefined, undefined], 'input and output');
    },
  },
  ...[mebibyte, 2 * mebibyte].map((bytes) => ({
    id: `size-${bytes / mebibyte}-mib`,
    promise: `A payload of ${bytes / mebibyte} MiB goes in and comes out, where the component takes it.`,
    pins: 'reliability F22',
    run: async (world: World) => {
      if (world.limits.payloadBytes <= bytes) return;
      await echoes(world, filler(bytes));
    },
  })),
]);

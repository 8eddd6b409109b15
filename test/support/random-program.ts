import fc from 'fast-check';
import type { Program, Step } from '../../conformance/worker/program.js';

/** Names are few, so that events, waits and races meet. */
export const eventNames = ['a', 'b'] as const;

const request = fc.constantFrom({ echo: 1 }, { failure: { errorType: 'Planned', errorMessage: 'on purpose' } });
const requests = fc.array(request, { minLength: 1, maxLength: 3 });
const upTo5s = fc.integer({ min: 0, max: 5000 });

const simpleStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('call' as const), count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant('work' as const), requests, forget: fc.boolean() }),
  fc.record({ kind: fc.constant('any' as const), requests }),
  fc.record({
    kind: fc.constant('retry' as const),
    request,
    attempts: fc.integer({ min: 1, max: 3 }),
    delayMs: upTo5s,
  }),
  fc.record({ kind: fc.constant('sleep' as const), ms: upTo5s }),
  fc.record({ kind: fc.constant('timers' as const), ms: fc.array(upTo5s, { minLength: 2, maxLength: 4 }) }),
  fc.record({ kind: fc.constant('wait' as const), name: fc.constantFrom(...eventNames) }),
  fc.record({
    kind: fc.constant('race' as const),
    name: fc.constantFrom(...eventNames),
    ms: upTo5s,
  }),
  fc.record({ kind: fc.constant('status' as const), value: fc.constantFrom('"x"', '"y"', '') }),
);

const lastStep = (more: fc.Arbitrary<Program>): fc.Arbitrary<Program> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant<Program>([]) },
    { weight: 1, arbitrary: fc.constant<Program>([{ kind: 'fail', message: 'planned' }]) },
    { weight: 2, arbitrary: more.map((steps): Program => [{ kind: 'again', steps }]) },
  );

/** Programs of up to three generations with children up to two levels deep. */
export function programs(depth = 2): fc.Arbitrary<Program> {
  const inner = depth === 0 ? fc.constant<Program>([]) : programs(depth - 1);
  const step: fc.Arbitrary<Step> =
    depth === 0
      ? simpleStep
      : fc.oneof(
          { weight: 5, arbitrary: simpleStep },
          {
            weight: 1,
            arbitrary: fc.tuple(inner, fc.boolean()).map(([steps, forget]): Step => ({ kind: 'child', steps, forget })),
          },
        );
  return fc
    .tuple(fc.array(step, { maxLength: 5 }), lastStep(inner))
    .map(([steps, last]): Program => [...steps, ...last]);
}

/** What somebody outside does meanwhile, in order. */
export type Deed =
  | { readonly kind: 'raise'; readonly name: string }
  | { readonly kind: 'suspend' | 'resume' | 'terminate' | 'crash' }
  | { readonly kind: 'advance'; readonly ms: number };

const meanwhile: fc.Arbitrary<readonly Deed[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...eventNames).map((name): Deed => ({ kind: 'raise', name })) },
    { weight: 1, arbitrary: fc.constant<Deed>({ kind: 'suspend' }) },
    { weight: 2, arbitrary: fc.constant<Deed>({ kind: 'resume' }) },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 4000 }).map((ms): Deed => ({ kind: 'advance', ms })) },
    { weight: 1, arbitrary: fc.constant<Deed>({ kind: 'crash' }) },
  ),
  { maxLength: 14 },
);

/** One treatment in eight ends the instance itself. */
export const deeds: fc.Arbitrary<readonly Deed[]> = fc
  .tuple(meanwhile, fc.integer({ min: 1, max: 8 }))
  .map(([some, dice]) => (dice === 1 ? [...some, { kind: 'terminate' }] : some));

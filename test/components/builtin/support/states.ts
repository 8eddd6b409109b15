import type { RuntimeStatus } from '../../../../core/index.js';
import type { Program } from '../../../../conformance/worker/program.js';
import type { EngineHarness } from '../../../support/engine-harness.js';
import { answered } from '../../../support/scripted-worker.js';

/** Where an instance can be when an operation comes. */
export const situations = [
  'absent',
  'pending',
  'scheduled',
  'running',
  'suspended',
  'stalled',
  'poisoned',
  'completed',
  'failed',
  'terminated',
] as const;
export type Situation = (typeof situations)[number];

export const waiting: Program = [{ kind: 'wait', name: 'x' }];

export const statusIn: Readonly<Record<Exclude<Situation, 'absent'>, RuntimeStatus>> = {
  pending: 'PENDING',
  scheduled: 'PENDING',
  running: 'RUNNING',
  suspended: 'SUSPENDED',
  stalled: 'STALLED',
  poisoned: 'STALLED',
  completed: 'COMPLETED',
  failed: 'FAILED',
  terminated: 'TERMINATED',
};

/** Brings instance `i` into the situation. */
export async function bringTo(situation: Situation, engine: EngineHarness): Promise<void> {
  const { component, worker, clock } = engine;
  switch (situation) {
    case 'absent':
      return;
    case 'pending':
      worker.script = { turn: () => undefined };
      return engine.start('i', waiting);
    case 'scheduled':
      return engine.start('i', waiting, { scheduledStartMs: clock.now() + 60_000 });
    case 'running':
      await engine.start('i', waiting);
      return engine.settle();
    case 'suspended':
      await engine.start('i', waiting);
      await engine.settle();
      return component.suspend({ instanceId: 'i' });
    case 'stalled':
      worker.script = { turn: () => ({ kind: 'stalled', reason: 'PAYLOAD_SIZE_EXCEEDED', description: 'planned' }) };
      await engine.start('i', waiting);
      return engine.settle();
    case 'poisoned':
      worker.script = { turn: () => ({ kind: 'gone', reason: 'planned' }) };
      await engine.start('i', waiting);
      await engine.settle();
      worker.script = { turn: answered };
      return;
    case 'completed':
      await engine.start('i', []);
      return engine.settle();
    case 'failed':
      await engine.start('i', [{ kind: 'fail', message: 'planned' }]);
      return engine.settle();
    case 'terminated':
      await engine.start('i', waiting);
      return component.terminate({ instanceId: 'i', recursive: true });
  }
}

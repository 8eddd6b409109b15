import { afterEach, describe, expect, test } from '@jest/globals';
import { legal, type HistoryEvent } from '../../core/orchestration/index.js';
import { factory } from '../../components/template/component.js';
import { startEngine, type EngineHarness } from '../support/engine-harness.js';
import { expectGolden, historyText } from '../support/history-text.js';
import type { Program } from '../../conformance/worker/program.js';

/** Histories as text, to be read: what the model makes of small workflows. Rewritten by UPDATE_GOLDEN=1. */
let engine: EngineHarness;
afterEach(() => engine.close());

type Deed = (host: EngineHarness) => Promise<void>;
const raise =
  (name: string, data: string): Deed =>
  (host) =>
    host.component.raiseEvent({ instanceId: 'i', eventName: name, data });
const suspend: Deed = (host) => host.component.suspend({ instanceId: 'i', reason: 'tea' });
const resume: Deed = (host) => host.component.resume({ instanceId: 'i' });
const terminate: Deed = (host) => host.component.terminate({ instanceId: 'i', recursive: true, output: '"stop"' });

const cases: readonly { name: string; program: Program; deeds?: readonly Deed[] }[] = [
  {
    name: 'sequence',
    program: [
      { kind: 'call', count: 1 },
      { kind: 'call', count: 1 },
    ],
  },
  { name: 'fan-out', program: [{ kind: 'call', count: 3 }] },
  { name: 'timer', program: [{ kind: 'sleep', ms: 1500 }] },
  {
    name: 'event-before-wait',
    program: [
      { kind: 'sleep', ms: 10 },
      { kind: 'wait', name: 'go' },
    ],
    deeds: [raise('go', '1')],
  },
  { name: 'event-wins-race', program: [{ kind: 'race', name: 'go', ms: 5000 }], deeds: [raise('go', '1')] },
  { name: 'timer-wins-race', program: [{ kind: 'race', name: 'go', ms: 5000 }] },
  { name: 'child', program: [{ kind: 'child', steps: [{ kind: 'call', count: 1 }] }] },
  { name: 'child-fails', program: [{ kind: 'child', steps: [{ kind: 'fail', message: 'bad' }] }] },
  { name: 'failure', program: [{ kind: 'fail', message: 'bad' }] },
  {
    name: 'continue-as-new',
    program: [
      { kind: 'wait', name: 'go' },
      { kind: 'again', steps: [{ kind: 'wait', name: 'go' }] },
    ],
    deeds: [raise('go', '1'), raise('go', '2')],
  },
  { name: 'suspend-and-resume', program: [{ kind: 'wait', name: 'go' }], deeds: [suspend, raise('go', '1'), resume] },
  {
    name: 'terminate',
    program: [
      { kind: 'call', count: 1 },
      { kind: 'wait', name: 'never' },
    ],
    deeds: [terminate],
  },
  {
    name: 'custom-status',
    program: [
      { kind: 'status', value: '"half"' },
      { kind: 'call', count: 1 },
    ],
  },
];

describe('golden histories', () => {
  test.each(cases)('$name', async ({ name, program, deeds = [] }) => {
    engine = await startEngine(factory);
    await engine.start('i', program);
    for (const deed of deeds) {
      await engine.settle();
      await deed(engine);
    }
    await engine.finish('i');
    const { instances = [] } = (await engine.component.optional.list?.({ pageSize: 10 })) ?? {};
    const parts: string[] = [];
    for (const { instanceId, status } of instances) {
      const events: readonly HistoryEvent[] = (await engine.component.optional.history?.({ instanceId }))?.events ?? [];
      expect(legal(events)).toEqual([]);
      parts.push(`# ${instanceId}: ${status}\n${historyText(events)}`);
    }
    expectGolden(`histories/${name}`, parts.join('\n'));
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { factory } from '../../../components/conductor/component.js';
import { openComponent, type OpenTarget } from '../../../conformance/index.js';
import { WorkflowError, type RuntimeStatus } from '../../../core/index.js';
import { historyCodec } from '../../../proto/history-codec.js';
import { isServerWanted, openRealServer, type RealServer } from './support/real-server.js';

const leaseSeconds = 3;
const patienceMs = 120_000;
const waiting = JSON.stringify([{ kind: 'wait', name: 'go' }]);
const isWanted = isServerWanted('two hosts on one Conductor server');

describe('two hosts of one application on a Conductor server', () => {
  let server: RealServer | undefined;
  let no = 0;

  beforeAll(async () => {
    if (isWanted) server = await openRealServer();
  }, 600_000);
  afterAll(() => server?.stop(), 60_000);

  function openHost(prefix: string): Promise<OpenTarget> {
    const properties = { serverUrl: server?.url ?? '', prefix, leaseSeconds: String(leaseSeconds), idlePollMs: '200' };
    return openComponent(factory, { properties, codec: historyCodec, patienceMs });
  }

  function freshPrefix(): string {
    no += 1;
    return `two${process.pid}_${no}`;
  }

  async function endOf({ target }: OpenTarget, instanceId: string): Promise<RuntimeStatus | undefined> {
    const [door] = target.doors;
    return (await door?.waitForEnd(instanceId, AbortSignal.timeout(patienceMs)))?.status;
  }

  const start = async ({ target }: OpenTarget, instanceId: string, program: unknown): Promise<void> => {
    await target.doors[0]?.start({ workflow: 'program', instanceId, input: JSON.stringify(program) });
  };

  test.each([
    { name: 'an activity runs', program: [{ kind: 'work', requests: [{ echo: 1 }] }], holds: true },
    { name: 'several activities run', program: [{ kind: 'work', requests: [{ echo: 1 }, { echo: 2 }] }], holds: true },
    { name: 'a timer runs', program: [{ kind: 'sleep', ms: 2_500 }], holds: false },
    { name: 'nothing has begun', program: [{ kind: 'call', count: 3 }], holds: false },
  ])(
    'the second goes on where the first was lost while $name',
    async ({ program, holds }) => {
      if (!isWanted) return;
      const prefix = freshPrefix();
      const instanceId = `lost-${no}`;
      const first = await openHost(prefix);
      const gate = holds ? first.target.worker.holdWork(instanceId) : undefined;
      await start(first, instanceId, program);
      await gate?.reached();
      await first.close();
      gate?.open();
      const second = await openHost(prefix);
      try {
        expect(await endOf(second, instanceId)).toBe('COMPLETED');
      } finally {
        await second.close();
      }
    },
    200_000,
  );

  test('an event that the lost one acknowledged reaches the workflow', async () => {
    if (!isWanted) return;
    const prefix = freshPrefix();
    const first = await openHost(prefix);
    const gate = first.target.worker.holdTurns('told');
    const starting = start(first, 'told', [{ kind: 'wait', name: 'go' }]);
    await gate.reached();
    await first.target.doors[0]?.raise('told', 'go', '1');
    await starting;
    await first.close();
    gate.open();
    const second = await openHost(prefix);
    try {
      expect(await endOf(second, 'told')).toBe('COMPLETED');
    } finally {
      await second.close();
    }
  }, 200_000);

  test('of a hundred identical starts at both, exactly one wins', async () => {
    if (!isWanted) return;
    const prefix = freshPrefix();
    const hosts = await Promise.all([openHost(prefix), openHost(prefix)]);
    try {
      const starts = Array.from({ length: 100 }, async (_, index) => {
        try {
          await hosts[index % 2]?.target.doors[0]?.start({ workflow: 'program', instanceId: 'once', input: waiting });
          return 'won';
        } catch (error) {
          return error instanceof Error && 'code' in error ? String(error.code) : WorkflowError.from(error).code;
        }
      });
      const answers = await Promise.all(starts);
      const won = answers.filter((answer) => answer === 'won');
      expect(new Set(answers)).toEqual(new Set(['won', 'ERR_INSTANCE_EXISTS']));
      expect(won.length).toBe(1);
    } finally {
      for (const host of hosts) await host.close();
    }
  }, 200_000);
});

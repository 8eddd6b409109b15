import { createServer as createSocket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { factory } from '../../../components/temporal/component.js';
import { openWith, type OpenComponent } from '../../../conformance/in-process/open-component.js';
import { SuiteWorker } from '../../../conformance/worker/suite-worker.js';
import { hasTemporal, startTemporal, type RealServer } from './real-server.js';

const open = (properties: Record<string, string>): Promise<OpenComponent> =>
  openWith(factory, new SuiteWorker(), { properties: { taskQueue: 'bad-days', ...properties } });

/** A port that nobody listens on. */
async function deadAddress(): Promise<string> {
  const socket = createSocket();
  await new Promise<void>((resolve) => {
    socket.listen(0, '127.0.0.1', resolve);
  });
  const address = socket.address();
  await new Promise((resolve) => {
    socket.close(resolve);
  });
  return typeof address === 'object' && address ? `127.0.0.1:${address.port}` : '';
}

test('a server that is down does not keep the host from starting: health says so', async () => {
  const { component, close } = await open({ address: await deadAddress() });
  expect(component.health()).toMatchObject({ ready: false, reason: expect.stringContaining('Temporal') });
  await close();
  expect(component.health().ready).toBe(false);
  await expect(component.get({ instanceId: 'x' })).rejects.toMatchObject({ code: 'ERR_SHUTTING_DOWN' });
}, 60_000);

if (hasTemporal()) onTheServer();

function onTheServer(): void {
  describe('on a real server', () => {
    let server: RealServer;
    beforeAll(async () => {
      server = await startTemporal(['--defaults']);
    }, 120_000);
    afterAll(() => server.stop());

    test('an unknown namespace is a wrong configuration, and the message names it', async () => {
      const opening = open({ address: server.address, namespace: 'nope' });
      await expect(opening).rejects.toMatchObject({
        code: 'ERR_CONFIG_INVALID',
        message: expect.stringContaining('nope'),
      });
    }, 60_000);

    test('a payload over the limit is refused before it reaches the server, and a turn over it stalls', async () => {
      const { component, close } = await open({ address: server.address });
      const { payloadBytes } = component.manifest.limits;
      const input = JSON.stringify('x'.repeat(payloadBytes));
      await expect(component.start({ instanceId: 'big', workflowName: 'echo', input })).rejects.toMatchObject({
        code: 'ERR_PAYLOAD_TOO_LARGE',
      });
      // Two results of a megabyte and a half fit each; the trace that holds both does not.
      const requests = [{ size: 1_500_000 }, { size: 1_500_000 }];
      const program = JSON.stringify([{ kind: 'work', requests }]);
      await component.start({ instanceId: 'sum', workflowName: 'program', input: program });
      const patience = AbortSignal.timeout(60_000);
      while ((await component.get({ instanceId: 'sum' })).status !== 'STALLED') patience.throwIfAborted();
      const { stalled } = await component.get({ instanceId: 'sum' });
      expect(stalled?.reason).toBe('PAYLOAD_SIZE_EXCEEDED');
      await close();
    }, 120_000);

    test('a server with settings of its own runs short timers and a restart of an id', async () => {
      const { component, close } = await open({ address: server.address });
      const input = JSON.stringify([{ kind: 'timers', ms: [0, 30, 90] }]);
      for (let round = 0; round < 2; round += 1) {
        await component.start({ instanceId: 'again', workflowName: 'program', input });
        const end = await component.optional.wait?.(
          { instanceId: 'again', until: 'closed' },
          AbortSignal.timeout(60_000),
        );
        expect(end).toMatchObject({ status: 'COMPLETED', output: JSON.stringify(['0', '30', '90']) });
      }
      await close();
    }, 150_000);
  });
}

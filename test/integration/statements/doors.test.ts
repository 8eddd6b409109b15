import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Message } from '../../../conformance/wire/client.js';
import { messages, text } from '../../../conformance/wire/values.js';
import { componentSpec } from '../../../host/config/defaults.js';
import { loadConfig } from '../../../host/index.js';
import { eventually, openWiredHost, type WiredHost } from './wired-host.js';

/** What Dapr's clients rely on, statement by statement: transport, HTTP, gRPC and the client side of TaskHub. */
let host: WiredHost;
beforeAll(async () => {
  host = await openWiredHost();
});
afterAll(() => host.close());

const workflows = '/v1.0/workflows/dapr';
let count = 0;
const id = (): string => `s-${(count += 1)}`;
const waiting = JSON.stringify([{ kind: 'wait', name: 'go' }]);

async function runningInstance(): Promise<string> {
  const instanceId = id();
  await host.http('POST', `${workflows}/program/start?instanceID=${instanceId}`, waiting);
  await status(instanceId, 'RUNNING');
  return instanceId;
}

async function status(instanceId: string, wanted: string): Promise<Record<string, unknown>> {
  return eventually(`${instanceId} is ${wanted}`, async () => {
    const view = JSON.parse((await host.http('GET', `${workflows}/${instanceId}`)).text) as Record<string, unknown>;
    return view['runtimeStatus'] === wanted ? view : undefined;
  });
}

describe('transport and discovery', () => {
  test.each([
    { env: {}, ports: [3500, 50001] },
    { env: { DAPR_HTTP_PORT: '3600', DAPR_GRPC_PORT: '50111' }, ports: [3600, 50111] },
  ])('statement 1: the doors listen on $ports', async ({ env, ports }) => {
    const config = await loadConfig({ flags: {}, env, cwd: '/' });
    expect([config.http?.port, config.grpc?.port]).toEqual(ports);
  });

  test('statement 2: health is 204 when ready, without a token', async () => {
    const guarded = await openWiredHost({ config: { apiTokens: ['secret-token-of-many-bits'] }, worker: false });
    try {
      for (const route of ['/v1.0/healthz', '/v1.0/healthz/outbound']) {
        expect((await fetch(`${guarded.url}${route}`)).status).toBe(204);
      }
    } finally {
      await guarded.close();
    }
  });

  test('statement 3: metadata tells the app id and the number of open work-item streams', async () => {
    await eventually('one worker is connected', async () => {
      const metadata = JSON.parse((await host.http('GET', '/v1.0/metadata')).text) as Record<string, unknown>;
      const wire = await host.dapr.call('GetMetadata', {});
      expect(metadata['id']).toBe('wfhost');
      expect(wire['id']).toBe('wfhost');
      const workers = [metadata['workflows'], wire['workflows']] as { connectedWorkers?: number }[];
      return workers.every((one) => one?.connectedWorkers === 1) ? true : undefined;
    });
  });

  test('statement 4: with a token configured, calls without it are refused and calls with it pass', async () => {
    const guarded = await openWiredHost({ config: { apiTokens: ['secret-token-of-many-bits'] }, worker: false });
    try {
      const refused = await guarded.http('GET', '/v1.0/metadata', undefined, { 'dapr-api-token': 'wrong' });
      expect(refused).toMatchObject({ status: 401, text: 'invalid api token\n' });
      expect(refused.type).toContain('text/plain');
      expect((await guarded.http('GET', '/v1.0/metadata')).status).toBe(200);
      expect(await guarded.taskHub.call('Hello', {})).toEqual({});
    } finally {
      await guarded.close();
    }
  });

  test('statement 5: TaskHub and the Dapr service share one port', async () => {
    expect(await host.taskHub.call('Hello', {})).toEqual({});
    expect(await host.dapr.call('GetMetadata', {})).toMatchObject({ id: 'wfhost' });
  });

  test('statement 6: a message over the limit is refused: ResourceExhausted, and 400 ERR_BODY_READ over HTTP', async () => {
    const big = 'x'.repeat(4 * 1024 * 1024 + 1);
    await expect(host.taskHub.call('StartInstance', { name: 'echo', input: { value: big } })).rejects.toMatchObject({
      answer: 'RESOURCE_EXHAUSTED',
    });
    const answer = await host.http('POST', `${workflows}/echo/start`, big);
    expect([answer.status, JSON.parse(answer.text)]).toMatchObject([400, { errorCode: 'ERR_BODY_READ' }]);
  });
});

describe('HTTP management', () => {
  test('statement 8: the three prefixes answer alike', async () => {
    const done = id();
    await host.http('POST', `${workflows}/echo/start?instanceID=${done}`, '"x"');
    await status(done, 'COMPLETED');
    const answers = await Promise.all(
      ['v1.0', 'v1.0-beta1', 'v1.0-alpha1'].map(async (prefix) => [
        await host.http('GET', `/${prefix}/workflows/dapr/${done}`),
        await host.http('POST', `/${prefix}/workflows/dapr/nobody/pause`),
        await host.http('POST', `/${prefix}/workflows/dapr/${done}/terminate`),
      ]),
    );
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  test('statement 14: pause, resume, raise, terminate and purge answer 202 with {}', async () => {
    const instanceId = await runningInstance();
    for (const operation of ['pause', 'resume', 'raiseEvent/other', 'terminate', 'purge']) {
      expect(await host.http('POST', `${workflows}/${instanceId}/${operation}`)).toMatchObject({
        status: 202,
        text: '{}',
      });
    }
  });

  test.each(['POST pause', 'POST resume', 'POST terminate'])(
    'statement 18: %s refuses a body that is no JSON, and takes an empty one',
    async (operation) => {
      const [method = '', action = ''] = operation.split(' ');
      const route = `${workflows}/${await runningInstance()}${action === '' ? '' : `/${action}`}`;
      const refused = await host.http(method, route, '{"a":');
      expect([refused.status, JSON.parse(refused.text)]).toMatchObject([400, { errorCode: 'ERR_MALFORMED_REQUEST' }]);
      expect((await host.http(method, route, '')).status).toBe(202);
    },
  );

  test('statement 19: an error is a code and a message; a start with a live id is a conflict', async () => {
    const instanceId = await runningInstance();
    const answer = await host.http('POST', `${workflows}/echo/start?instanceID=${instanceId}`, '1');
    expect(answer.status).toBe(409);
    expect(JSON.parse(answer.text)).toEqual({
      errorCode: 'ERR_START_WORKFLOW',
      message: expect.stringContaining('already exists'),
    });
  });

  test('statement 20: the status is one of the upper-case words, STALLED included', async () => {
    const instanceId = id();
    await host.http(
      'POST',
      `${workflows}/program/start?instanceID=${instanceId}`,
      '[{"kind":"version","name":"nobody"}]',
    );
    expect(await status(instanceId, 'STALLED')).toMatchObject({ instanceID: instanceId });
    expect(await status(await runningInstance(), 'RUNNING')).toMatchObject({ workflowName: 'program' });
  });
});

describe('gRPC management', () => {
  test.each(['Alpha1', 'Beta1'])('statement 21: all seven calls named %s do what HTTP does', async (suffix) => {
    const call = (method: string, request: Message): Promise<unknown> =>
      host.dapr.call(`${method}${suffix}`, { workflowComponent: 'dapr', ...request });
    const instanceId = id();
    const input = new TextEncoder().encode(waiting);
    expect(await call('StartWorkflow', { instanceId, workflowName: 'program', input })).toEqual({ instanceId });
    await expect(call('StartWorkflow', { instanceId, workflowName: 'program' })).rejects.toMatchObject({
      answer: 'ALREADY_EXISTS',
    });
    await status(instanceId, 'RUNNING');
    await call('PauseWorkflow', { instanceId });
    expect(await call('GetWorkflow', { instanceId })).toMatchObject({
      runtimeStatus: 'SUSPENDED',
      workflowName: 'program',
    });
    await call('ResumeWorkflow', { instanceId });
    await call('RaiseEventWorkflow', { instanceId, eventName: 'other' });
    await call('TerminateWorkflow', { instanceId });
    await call('PurgeWorkflow', { instanceId });
    await expect(call('PurgeWorkflow', { instanceId })).rejects.toMatchObject({ answer: 'NOT_FOUND' });
  });

  test('statement 23: a start time is kept, and one that is none is refused', async () => {
    const instanceId = id();
    const at = (time: string): Promise<Message> => {
      const options = { 'dapr.workflow.start_time': time };
      return host.dapr.call('StartWorkflowBeta1', { instanceId, workflowName: 'echo', options });
    };
    await expect(at('tomorrow')).rejects.toMatchObject({ answer: 'INTERNAL' });
    await at('2999-01-01T00:00:00Z');
    expect(await host.dapr.call('GetWorkflowBeta1', { instanceId })).toMatchObject({ runtimeStatus: 'PENDING' });
  });
});

describe('the client side of TaskHub', () => {
  test('statement 25: a start answers after the first turn, at once when scheduled, and at the deadline without a worker', async () => {
    const instanceId = id();
    await host.taskHub.call('StartInstance', { instanceId, name: 'program', input: { value: waiting } });
    const { workflowState } = await host.taskHub.call('GetInstance', { instanceId });
    // RUNNING is the zero of the enum: absent.
    expect(workflowState).not.toHaveProperty('workflowStatus');
    const later = Math.floor(Date.now() / 1000) + 3600;
    await host.taskHub.call('StartInstance', { name: 'echo', scheduledStartTimestamp: { seconds: later } });
    const lonely = await openWiredHost({ worker: false });
    try {
      const patience = new AbortController();
      const start = lonely.taskHub.call(
        'StartInstance',
        { instanceId: 'i', name: 'echo' },
        { signal: patience.signal },
      );
      await eventually('it is recorded', async () => {
        const { exists } = await lonely.taskHub.call('GetInstance', { instanceId: 'i' });
        return exists === true ? true : undefined;
      });
      patience.abort();
      await expect(start).rejects.toMatchObject({ answer: 'CANCELLED' });
      const kept = await lonely.taskHub.call('GetInstance', { instanceId: 'i' });
      expect(kept).toMatchObject({ exists: true, workflowState: { workflowStatus: 'ORCHESTRATION_STATUS_PENDING' } });
    } finally {
      await lonely.close();
    }
  });

  test('statement 31: payloads and failure details come only when they are asked for', async () => {
    const failure = { errorType: 'E', errorMessage: 'm' };
    const instanceId = id();
    const input = { value: JSON.stringify([{ kind: 'fail', message: '', failure }]) };
    await host.taskHub.call('StartInstance', { instanceId, name: 'program', input });
    await host.taskHub.call('WaitForInstanceCompletion', { instanceId });
    const bare = await host.taskHub.call('GetInstance', { instanceId });
    const full = await host.taskHub.call('GetInstance', { instanceId, getInputsAndOutputs: true });
    expect(Object.keys(bare['workflowState'] as object)).not.toContain('failureDetails');
    expect(full).toMatchObject({ workflowState: { input, failureDetails: failure } });
  });

  test('statement 39: what is not implemented says so', async () => {
    const { Client, credentials } = await import('@grpc/grpc-js');
    const client = new Client(host.address, credentials.createInsecure());
    const plain = (value: Buffer): Buffer => value;
    const error = await new Promise<{ code?: number } | null>((resolve) => {
      client.makeUnaryRequest('/TaskHubSidecarService/QueryInstances', plain, plain, Buffer.alloc(0), resolve);
    });
    client.close();
    expect(error?.code).toBe(12);
  });

  test("statement 64: a caller's trace goes on in the workflow and its activities", async () => {
    const traceParent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const instanceId = id();
    const body = JSON.stringify([{ kind: 'call', count: 1 }]);
    await host.http('POST', `${workflows}/program/start?instanceID=${instanceId}`, body, { traceparent: traceParent });
    await status(instanceId, 'COMPLETED');
    const { events } = await host.taskHub.call('GetInstanceHistory', { instanceId });
    const contexts = messages(events).flatMap((event) => {
      const kind = text(event['eventType']);
      const context = (event[kind] as { parentTraceContext?: { traceParent?: string } } | undefined)
        ?.parentTraceContext;
      return context?.traceParent === undefined ? [] : [context.traceParent];
    });
    expect(contexts.length).toBeGreaterThanOrEqual(2);
    for (const context of contexts) expect(context).toContain('0af7651916cd43dd8448eb211c80319c');
  });
});

describe('components', () => {
  test('statements 65, 66 and 67: the name selects the component, "dapr" the default, an unknown one is refused, and what one lacks it says', async () => {
    const two = await openWiredHost({
      config: {
        components: [
          componentSpec({ name: 'main', type: 'workflow.builtin' }),
          componentSpec({ name: 'other', type: 'workflow.template' }),
        ],
        defaultComponent: 'main',
      },
    });
    try {
      await two.http('POST', '/v1.0/workflows/dapr/echo/start?instanceID=a', '1');
      await two.http('POST', '/v1.0/workflows/other/echo/start?instanceID=b', '2');
      expect((await two.http('GET', '/v1.0/workflows/main/a')).status).toBe(200);
      expect((await two.http('GET', '/v1.0/workflows/other/a')).status).toBe(404);
      const unknown = await two.http('GET', '/v1.0/workflows/typo/a');
      expect([unknown.status, JSON.parse(unknown.text)]).toMatchObject([
        400,
        { errorCode: 'ERR_WORKFLOW_COMPONENT_NOT_FOUND' },
      ]);
      // One stream serves both.
      for (const [component, instance] of [
        ['main', 'a'],
        ['other', 'b'],
      ] as const) {
        await eventually(`${instance} has ended`, async () => {
          const view = JSON.parse((await two.http('GET', `/v1.0/workflows/${component}/${instance}`)).text) as {
            runtimeStatus?: string;
          };
          return view.runtimeStatus === 'COMPLETED' ? true : undefined;
        });
      }
      const lacking = await two.http('POST', '/v1/components/other/purge', '{}', {
        'content-type': 'application/json',
      });
      expect([lacking.status, JSON.parse(lacking.text)]).toMatchObject([501, { errorCode: 'ERR_NOT_SUPPORTED' }]);
    } finally {
      await two.close();
    }
  });
});

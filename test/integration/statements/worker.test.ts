import { afterEach, describe, expect, test } from '@jest/globals';
import { taskHubWire, type Message } from '../../../conformance/wire/client.js';
import { message, messages, text } from '../../../conformance/wire/values.js';
import { lintFiles } from '../../../host/index.js';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually, openWiredHost, RecordingWorker, type WiredHost } from './wired-host.js';

/** What Dapr's workers rely on, statement by statement, and what the host does around them. */
let host: WiredHost;
const closers: (() => void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) close();
  await host.close();
});

const workflows = '/v1.0/workflows/dapr';

async function start(instanceId: string, program: readonly object[]): Promise<void> {
  await host.http('POST', `${workflows}/program/start?instanceID=${instanceId}`, JSON.stringify(program));
}

async function until(instanceId: string, status: string): Promise<Record<string, unknown>> {
  return eventually(`${instanceId} is ${status}`, async () => {
    const answer = await host.http('GET', `${workflows}/${instanceId}`);
    if (status === 'gone') return answer.status === 404 ? {} : undefined;
    const view = JSON.parse(answer.text) as Record<string, unknown>;
    return view['runtimeStatus'] === status ? view : undefined;
  });
}

/** A stream whose items a test answers by hand. */
function rawStream(request: Message = {}): { items: Message[]; close(): void; next(): Promise<Message> } {
  const wire = taskHubWire({ address: host.address });
  const items: Message[] = [];
  const cancel = wire.stream(
    'GetWorkItems',
    request,
    (item) => items.push(item),
    () => undefined,
  );
  const close = (): void => {
    cancel();
    wire.close();
  };
  closers.push(close);
  let taken = 0;
  return {
    items,
    close,
    next: () => eventually('a work item', async () => items[taken++] ?? (taken--, undefined)),
  };
}

const completing = (result: string): object => ({
  id: -1,
  completeWorkflow: { workflowStatus: 'ORCHESTRATION_STATUS_COMPLETED', result: { value: result } },
});

describe('turns and their answers', () => {
  test.each([
    { method: 'CompleteOrchestratorTask', token: 'echoed' },
    { method: 'CompleteOrchestratorTask', token: 'none' },
    { method: 'CompleteWorkflowTask', token: 'echoed' },
    { method: 'CompleteWorkflowTask', token: 'none' },
  ])(
    'statement 40: $method with the token $token is taken; a wrong token is OK and ignored',
    async ({ method, token }) => {
      host = await openWiredHost({ worker: false });
      await start('i', []);
      const stream = rawStream();
      const item = await stream.next();
      const answer = (result: string, given: object): Promise<Message> =>
        host.taskHub.call(method, { instanceId: 'i', actions: [completing(result)], ...given });
      await answer('"forged"', { completionToken: 'made-up' });
      await answer('"right"', token === 'none' ? {} : { completionToken: item['completionToken'] });
      const view = await until('i', 'COMPLETED');
      expect(view).toMatchObject({ properties: { 'dapr.workflow.output': '"right"' } });
      await answer('"late"', {});
      expect(await until('i', 'COMPLETED')).toEqual(view);
    },
  );

  test('statement 42: one turn of an instance is out at a time, its activities run side by side', async () => {
    host = await openWiredHost({ worker: false });
    const worker = new RecordingWorker();
    host.connectWorker(worker);
    const gate = worker.holdWork('i');
    await start('i', [{ kind: 'call', count: 10 }]);
    await eventually('ten activities are out', async () => (worker.ranFor('i').length === 10 ? true : undefined));
    gate.open();
    await until('i', 'COMPLETED');
    expect(worker.mostInHand).toBe(1);
  });

  test('statement 43: what a closed stream held goes to another, and no result is applied twice', async () => {
    host = await openWiredHost({ worker: false });
    await start('i', [{ kind: 'call', count: 1 }]);
    const lost = rawStream();
    const item = await lost.next();
    lost.close();
    host.connectWorker();
    await until('i', 'COMPLETED');
    await host.taskHub.call('CompleteOrchestratorTask', {
      instanceId: 'i',
      actions: [completing('"twice"')],
      completionToken: item['completionToken'],
    });
    expect(await until('i', 'COMPLETED')).not.toMatchObject({ properties: { 'dapr.workflow.output': '"twice"' } });
  });

  test('statements 44 and 45: a worker that declares nothing gets the whole history, in kinds that it knows', async () => {
    host = await openWiredHost({ worker: false });
    await start('i', [
      { kind: 'version', name: 'nobody' },
      { kind: 'wait', name: 'go' },
    ]);
    const first = host.connectWorker();
    await until('i', 'STALLED');
    first.close();
    const stream = rawStream();
    const { workflowRequest } = await stream.next();
    expect(workflowRequest).not.toHaveProperty('cachedHistory');
    const request = message(workflowRequest);
    const kinds = [...messages(request['pastEvents']), ...messages(request['newEvents'])].map((event) =>
      text(event['eventType']),
    );
    expect(kinds).toEqual(['workflowStarted', 'executionStarted']);
  });

  test.each([0, 1])('statement 46: action ids that begin at %i are accepted, and -1 at the end', async (firstId) => {
    host = await openWiredHost({ worker: false });
    await start('i', []);
    const stream = rawStream();
    await stream.next();
    const scheduleTask = { name: 'a', input: { value: '1' } };
    await host.taskHub.call('CompleteOrchestratorTask', { instanceId: 'i', actions: [{ id: firstId, scheduleTask }] });
    const { activityRequest } = await stream.next();
    const { taskId = 0 } = activityRequest as { taskId?: number };
    expect(taskId).toBe(firstId);
    await host.taskHub.call('CompleteActivityTask', { instanceId: 'i', taskId, result: { value: '2' } });
    await stream.next();
    await host.taskHub.call('CompleteOrchestratorTask', { instanceId: 'i', actions: [completing('"done"')] });
    await until('i', 'COMPLETED');
  });
});

describe('around the worker', () => {
  test('statement 54: a timer that fell due while the host was down fires when it is back', async () => {
    host = await openWiredHost();
    await start('i', [{ kind: 'sleep', ms: 300 }]);
    await until('i', 'RUNNING');
    await host.restart();
    expect(await until('i', 'COMPLETED')).toMatchObject({ instanceID: 'i' });
  });

  test('statement 55: a turn that was out when the host stopped is made again, and results are kept', async () => {
    host = await openWiredHost();
    const gate = host.worker.holdTurns('i');
    await start('i', [
      { kind: 'call', count: 3 },
      { kind: 'wait', name: 'go' },
    ]);
    await gate.reached();
    await host.http('POST', `${workflows}/i/raiseEvent/go`, '"kept"');
    gate.open();
    await host.restart();
    const view = await until('i', 'COMPLETED');
    expect(JSON.stringify(view)).toContain('kept');
  });

  test('statement 61: retention deletes an ended instance after its time, 0s included, and never a run that took its id', async () => {
    host = await openWiredHost({ config: { retention: { completedMs: 0, terminatedMs: 2_000 } } });
    await start('now', []);
    await until('now', 'gone');
    await start('later', [{ kind: 'wait', name: 'go' }]);
    await host.http('POST', `${workflows}/later/terminate`);
    await until('later', 'TERMINATED');
    await start('later', [{ kind: 'wait', name: 'go' }]);
    await start('third', [{ kind: 'wait', name: 'go' }]);
    await host.http('POST', `${workflows}/third/terminate`);
    await until('third', 'gone');
    expect(await until('later', 'RUNNING')).toMatchObject({ instanceID: 'later' });
  });

  test('statement 62: management needs no worker', async () => {
    host = await openWiredHost({ worker: false });
    await start('i', [{ kind: 'wait', name: 'go' }]);
    for (const operation of ['pause', 'raiseEvent/go', 'resume', 'terminate']) {
      expect((await host.http('POST', `${workflows}/i/${operation}`)).status).toBe(202);
    }
    await until('i', 'TERMINATED');
    expect((await host.http('POST', `${workflows}/i/purge`)).status).toBe(202);
  });

  test('statement 63: concurrency limits cap what is in flight, not what lives', async () => {
    const byActivity = new Map([['work', 2]]);
    host = await openWiredHost({
      worker: false,
      config: { concurrency: { maxConcurrentTurns: 1, byWorkflow: new Map(), byActivity } },
    });
    const worker = new RecordingWorker();
    host.connectWorker(worker);
    const gate = worker.holdWork('many');
    await start('many', [{ kind: 'call', count: 6 }]);
    for (let index = 0; index < 5; index += 1) await start(`w-${index}`, [{ kind: 'wait', name: 'go' }]);
    for (let index = 0; index < 5; index += 1) await until(`w-${index}`, 'RUNNING');
    expect(worker.ranFor('many')).toHaveLength(2);
    gate.open();
    await until('many', 'COMPLETED');
    expect(worker.mostInHand).toBe(1);
  });

  test('statement 68: Dapr component files are read, secrets, scopes and both spellings of the type included', async () => {
    host = await openWiredHost({ worker: false });
    const folder = await mkdtemp(path.join(tmpdir(), 'wfhost-files-'));
    const file = path.join(folder, 'engine.yaml');
    const head = 'apiVersion: dapr.io/v1alpha1\nkind: Component\n';
    const body =
      'spec:\n  type: workflows.builtin\n  version: v1\n  metadata:\n    - name: path\n      value: x.db\nscopes: [orders]\n';
    await writeFile(file, `${head}metadata:\n  name: engine\n${body}`);
    try {
      const findings = await lintFiles([folder]);
      expect(findings.filter((finding) => finding.severity === 'error')).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

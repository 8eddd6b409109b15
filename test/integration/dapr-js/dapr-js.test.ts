import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DaprWorkflowClient, WorkflowRuntime } from '@dapr/dapr';
import { catalog } from '../../../components/catalog.js';
import { componentSpec, configWith } from '../../../host/config/defaults.js';
import { startHost, type RunningHost } from '../../../host/host.js';
import { register } from './workflows.js';

/** `WorkflowRuntimeStatus` of the SDK. */
const status = { running: 0, completed: 1, failed: 3, terminated: 5, pending: 6, suspended: 7 } as const;

/** Engines that need no server; on servers the SDKs run by `npm run test:clients`. */
const embedded = catalog.filter(({ type }) => type === 'workflow.builtin' || type === 'workflow.template');

describe.each(embedded.map(({ type, load }) => ({ type, load })))(
  'statement 7: an unmodified @dapr/dapr worker and client on $type',
  ({ type, load }) => {
    let dataDir: string;
    let host: RunningHost;
    let runtime: WorkflowRuntime;
    let client: DaprWorkflowClient;

    beforeAll(async () => {
      dataDir = await mkdtemp(path.join(tmpdir(), 'wfhost-dapr-js-'));
      const config = configWith({
        components: [componentSpec({ name: 'engine', type })],
        grpc: { host: '127.0.0.1', port: 0 },
        dataDir,
        logLevel: 'silent',
      });
      host = await startHost(config, { factories: [(await load()).factory] });
      const address = { daprHost: '127.0.0.1', daprPort: String(host.grpc?.port) };
      runtime = new WorkflowRuntime(address);
      register(runtime);
      await runtime.start();
      client = new DaprWorkflowClient(address);
    });

    afterAll(async () => {
      await client.stop();
      await runtime.stop();
      await host.close();
      await rm(dataDir, { recursive: true, force: true });
    });

    async function result(id: string): Promise<{ readonly status: number | undefined; readonly output: unknown }> {
      const state = await client.waitForWorkflowCompletion(id, true, 60);
      const output = state?.serializedOutput;
      return { status: state?.runtimeStatus, output: output ? (JSON.parse(output) as unknown) : undefined };
    }

    async function run(workflow: string, input?: unknown): Promise<Awaited<ReturnType<typeof result>>> {
      return result(await client.scheduleNewWorkflow(workflow, input));
    }

    test('runs activities one after another', async () => {
      expect(await run('chain', 1)).toEqual({ status: status.completed, output: 4 });
    });

    test('runs a hundred activities at once', async () => {
      expect(await run('fanOut', 100)).toEqual({ status: status.completed, output: 5150 });
    });

    test('runs ten times a hundred activities at once, and the worker drops none', async () => {
      const runs = await Promise.all(Array.from({ length: 10 }, () => run('fanOut', 100)));
      expect(runs).toEqual(Array.from({ length: 10 }, () => ({ status: status.completed, output: 5150 })));
    });

    test('lets an event win against a timer', async () => {
      const id = await client.scheduleNewWorkflow('approval', 3600);
      await client.raiseEvent(id, 'Approve', 'Ann');
      expect(await result(id)).toEqual({ status: status.completed, output: 'approved by Ann' });
    });

    test('lets a timer win against an event', async () => {
      expect(await run('approval', 1)).toEqual({ status: status.completed, output: 'timed out' });
    });

    test('runs a child workflow', async () => {
      expect(await run('parent', 1)).toEqual({ status: status.completed, output: 40 });
    });

    test('continues as new', async () => {
      expect(await run('countTo', { from: 1, to: 21 })).toEqual({ status: status.completed, output: 21 });
    });

    test('fails with what the activity threw', async () => {
      const id = await client.scheduleNewWorkflow('fails', 'boom');
      const state = await client.waitForWorkflowCompletion(id, true, 60);
      expect(state?.runtimeStatus).toBe(status.failed);
      expect(state?.workflowFailureDetails?.getErrorMessage()).toContain('boom');
    });

    test('suspends, keeps what comes, and goes on when resumed', async () => {
      const id = await client.scheduleNewWorkflow('waitGo');
      expect((await client.getWorkflowState(id, true))?.customStatus).toBe('waiting');
      await client.suspendWorkflow(id);
      await client.suspendWorkflow(id);
      expect((await client.getWorkflowState(id, false))?.runtimeStatus).toBe(status.suspended);
      await client.raiseEvent(id, 'go', 'kept');
      expect((await client.getWorkflowState(id, false))?.runtimeStatus).toBe(status.suspended);
      await client.resumeWorkflow(id);
      expect(await result(id)).toEqual({ status: status.completed, output: 'kept' });
    });

    test('terminates with an output', async () => {
      const id = await client.scheduleNewWorkflow('waitGo');
      await client.terminateWorkflow(id, 'enough');
      expect(await result(id)).toEqual({ status: status.terminated, output: 'enough' });
    });

    test('purges what has ended, and it is gone', async () => {
      const id = await client.scheduleNewWorkflow('chain', 1);
      await result(id);
      expect(await client.purgeWorkflow(id)).toBe(true);
      expect(await client.getWorkflowState(id, true)).toBeUndefined();
    });

    test('starts later when asked to', async () => {
      const soon = await client.scheduleNewWorkflow('chain', 1, undefined, new Date(Date.now() + 300));
      const late = await client.scheduleNewWorkflow('chain', 1, undefined, new Date(Date.now() + 3_600_000));
      expect(await result(soon)).toEqual({ status: status.completed, output: 4 });
      expect((await client.getWorkflowState(late, false))?.runtimeStatus).toBe(status.pending);
      await client.terminateWorkflow(late, 'never mind');
      expect(await result(late)).toEqual({ status: status.terminated, output: 'never mind' });
    });

    test('takes an event for a child by its id', async () => {
      const id = await client.scheduleNewWorkflow('parentOfWaiting', 'the|child');
      await client.waitForWorkflowStart('the|child', false, 60);
      await client.raiseEvent('the|child', 'go', 'hello');
      expect(await result(id)).toEqual({ status: status.completed, output: 'hello' });
    });

    test('refuses the id of a live instance', async () => {
      const id = await client.scheduleNewWorkflow('waitGo');
      await expect(client.scheduleNewWorkflow('waitGo', undefined, id)).rejects.toMatchObject({ code: 6 });
    });

    test('goes on with another worker when the one that has the work stops', async () => {
      const id = await client.scheduleNewWorkflow('waitGo');
      const second = new WorkflowRuntime({ daprHost: '127.0.0.1', daprPort: String(host.grpc?.port) });
      register(second);
      await second.start();
      await runtime.stop();
      runtime = second;
      await client.raiseEvent(id, 'go', 'moved');
      expect(await result(id)).toEqual({ status: status.completed, output: 'moved' });
    });
  },
);

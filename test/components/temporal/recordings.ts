import type { WorkflowComponent } from '../../../core/index.js';
import type { WorkerSeat } from '../../../conformance/in-process/worker-seat.js';
import type { Program } from '../../../conformance/worker/program.js';
import type { SuiteWorker } from '../../../conformance/worker/suite-worker.js';

interface Recording {
  readonly name: string;
  readonly steps: Program;
  /** What happens while it runs; answers the id to record, when it is another. */
  readonly during?: (parts: {
    readonly component: WorkflowComponent;
    readonly worker: SuiteWorker;
    readonly seat: WorkerSeat;
    readonly instanceId: string;
  }) => Promise<string | undefined>;
}

async function until(component: WorkflowComponent, instanceId: string, status: string): Promise<void> {
  const deadline = performance.now() + 30_000;
  while ((await component.get({ instanceId })).status !== status) {
    if (performance.now() > deadline) throw new Error(`"${instanceId}" is not ${status}`);
  }
}

const planned = {
  failure: {
    errorType: 'Planned',
    errorMessage: 'planned',
    stackTrace: 'at home',
    inner: { errorType: 'Deep', errorMessage: 'deep' },
  },
  failFirst: 1,
};

/** What the golden histories are recorded from: each way in which a server's history says something. */
export const recordings: readonly Recording[] = [
  {
    name: 'activities',
    steps: [
      { kind: 'call', count: 1 },
      { kind: 'call', count: 12 },
    ],
  },
  { name: 'failing-activity', steps: [{ kind: 'retry', request: planned, attempts: 2, delayMs: 20 }] },
  {
    name: 'timers',
    steps: [
      { kind: 'timers', ms: [5, 40, 1_300] },
      { kind: 'race', name: 'never', ms: 10 },
    ],
  },
  {
    name: 'events',
    steps: [
      { kind: 'wait', name: 'go' },
      { kind: 'race', name: 'go', ms: 60_000 },
    ],
    during: async ({ component, instanceId }) => {
      await component.raiseEvent({ instanceId, eventName: 'go', data: 'not json' });
      await component.raiseEvent({ instanceId, eventName: 'go' });
      return undefined;
    },
  },
  {
    name: 'family',
    steps: [
      { kind: 'child', steps: [{ kind: 'call', count: 1 }] },
      { kind: 'detached', id: 'golden-family-detached', steps: [] },
      { kind: 'send', to: 'golden-nobody', name: 'hello', data: '1' },
    ],
  },
  {
    name: 'generations',
    steps: [
      { kind: 'wait', name: 'go' },
      {
        kind: 'again',
        steps: [
          { kind: 'wait', name: 'go' },
          { kind: 'call', count: 1 },
        ],
      },
    ],
    during: async ({ component, worker, instanceId }) => {
      const gate = worker.holdTurns(instanceId);
      for (const data of ['1', '2', '3']) await component.raiseEvent({ instanceId, eventName: 'go', data });
      gate.open();
      return undefined;
    },
  },
  {
    name: 'suspended',
    steps: [
      { kind: 'status', value: 'waits' },
      { kind: 'race', name: 'go', ms: 60_000 },
      { kind: 'status', value: '' },
    ],
    during: async ({ component, instanceId }) => {
      await component.suspend({ instanceId, reason: 'why' });
      await component.raiseEvent({ instanceId, eventName: 'go', data: '1' });
      await component.resume({ instanceId });
      return undefined;
    },
  },
  {
    name: 'terminated',
    steps: [
      { kind: 'call', count: 2 },
      { kind: 'wait', name: 'go' },
    ],
    during: async ({ component, instanceId }) => {
      await until(component, instanceId, 'RUNNING');
      await component.terminate({ instanceId, output: '"out"', recursive: true });
      return undefined;
    },
  },
  {
    name: 'failed',
    steps: [
      { kind: 'call', count: 1 },
      { kind: 'fail', message: 'planned' },
    ],
  },
  {
    name: 'stalled',
    steps: [
      { kind: 'version', name: 'golden' },
      { kind: 'patch', name: 'p' },
      { kind: 'call', count: 1 },
    ],
    during: async ({ component, worker, seat, instanceId }) => {
      await until(component, instanceId, 'STALLED');
      worker.versions.add('golden');
      worker.patches.add('p');
      seat.reconnect();
      return undefined;
    },
  },
  {
    name: 'rerun',
    steps: [
      { kind: 'call', count: 1 },
      { kind: 'call', count: 1 },
    ],
    during: async ({ component, instanceId }) => {
      await until(component, instanceId, 'COMPLETED');
      const answer = await component.optional.rerun?.({
        sourceInstanceId: instanceId,
        eventId: 1,
        newInstanceId: 'golden-rerun-again',
        overwriteInput: false,
      });
      return answer?.newInstanceId;
    },
  },
];

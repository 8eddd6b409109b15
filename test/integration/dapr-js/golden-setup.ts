import { isClosed, type WaitRequest, type WorkflowInstance } from '../../../core/index.js';
import type { WorkflowService } from '../../../host/service/workflow-service.js';
import type { GoldenRecord } from './golden-records.js';

/** Brings one instance to where the transcript found it. */
type Setup = (service: WorkflowService, instanceId: string) => Promise<unknown>;

/** The states that `case` names after its slash. */
const states: Readonly<Record<string, Setup>> = {
  none: async () => undefined,
  pending: (service, instanceId) =>
    service.start(
      undefined,
      { instanceId, workflowName: 'waitEvt', input: '"in"', scheduledStartMs: Date.now() + 36_000_000 },
      'taskhub',
    ),
  running: (service, instanceId) => run(service, instanceId, 'waitEvt', '"in"', 'started'),
  suspended: async (service, instanceId) => {
    await run(service, instanceId, 'waitEvt', '"in"', 'started');
    await service.suspend(undefined, { instanceId, reason: 'why' });
  },
  completed: (service, instanceId) => run(service, instanceId, 'echo', '"in"'),
  failed: (service, instanceId) => run(service, instanceId, 'throws', '"bad thing"'),
  terminated: async (service, instanceId) => {
    await run(service, instanceId, 'waitEvt', '"in"', 'started');
    await service.terminate(undefined, { instanceId, output: '"tout"', recursive: false });
  },
};

const noInput = undefined;

/** Instances that a transcript's own note describes. */
const named: Readonly<Record<string, Setup>> = {
  'ID-rn': (service, id) => run(service, id, 'waitEvt', '"in"', 'started'),
  'ID-re': (service, id) => run(service, id, 'waitEvt', '"in"', 'started'),
  'ID-race': (service, id) => run(service, id, 'waitEvt', '"in"', 'started'),
  'ID-ss': (service, id) => states['suspended']?.(service, id) ?? Promise.resolve(),
  'ID-pp': (service, id) => states['suspended']?.(service, id) ?? Promise.resolve(),
  'ID-cs': async (service, id) => {
    await run(service, id, 'status', noInput, 'started');
    await reach(async () => (await service.get(undefined, id)).customStatus === 'step2');
  },
  'ID-pw:0001': (service) => withChild(service, 'ID-pw', 'parentWait'),
  'ID-pw2': (service, id) => withChild(service, id, 'parentWait'),
  'ID-pna': (service, id) => run(service, id, 'parentNoAwait', noInput),
  'ID-occ': async (service, id) => {
    await run(service, `${id}:0001`, 'waitEvt', '"in"', 'started');
    await run(service, id, 'parentWait', noInput);
  },
  'ID-ch': (service, id) => run(service, id, 'chain3', '1'),
  'ID-af': (service, id) => run(service, id, 'actFail', noInput),
  'ID-tm': (service, id) => run(service, id, 'timer1', noInput),
  'ID-pr': (service, id) => run(service, id, 'parent', '"k"'),
};

/** Does nothing for an instance that an earlier record has brought to where it is. */
export async function setUp(service: WorkflowService, record: GoldenRecord, done: Set<string>): Promise<void> {
  const id = instanceOf(record);
  if (id === '' || done.has(id)) return;
  const state = record.case.split('/').at(-1) ?? '';
  const setup = named[id] ?? states[state];
  if (!setup) return;
  done.add(id);
  await setup(service, id);
}

export function instanceOf({ request: { message = {} } }: GoldenRecord): string {
  const id = message['instance_id'] ?? message['instanceId'] ?? message['sourceInstanceID'];
  return typeof id === 'string' ? id : '';
}

async function run(
  service: WorkflowService,
  instanceId: string,
  workflowName: string,
  input: string | undefined,
  until: WaitRequest['until'] = 'closed',
): Promise<WorkflowInstance> {
  await service.start(undefined, { instanceId, workflowName, ...(input === undefined ? {} : { input }) }, 'taskhub');
  const ended = await service.wait(undefined, { instanceId, until }, AbortSignal.timeout(20_000));
  if (until === 'closed' && !isClosed(ended.status)) throw new Error(`${instanceId} is ${ended.status}`);
  return ended;
}

async function withChild(service: WorkflowService, instanceId: string, workflowName: string): Promise<void> {
  await run(service, instanceId, workflowName, noInput, 'started');
  await service.wait(undefined, { instanceId: `${instanceId}:0001`, until: 'started' }, AbortSignal.timeout(20_000));
}

/** Waits for a condition, but not for ever. */
export async function reach(holds: () => Promise<boolean>): Promise<boolean> {
  const endsAt = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > endsAt) return false;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return true;
}

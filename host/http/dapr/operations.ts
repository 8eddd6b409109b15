import { WorkflowError } from '../../../core/index.js';
import { daprState } from '../../../proto/convert/dapr-state.js';
import { daprError, type DaprOperation } from '../../service/dapr-errors.js';
import type { Answer } from '../answer.js';
import { textOf } from '../body.js';
import { componentOf } from '../component-of.js';
import { readControlBody } from '../json/read.js';
import { daprProblem } from '../problem.js';
import { param, type Call } from '../route.js';
import { shownError } from '../shown-error.js';
import { traceOf } from '../trace.js';

/** Dapr's management operations over HTTP: same answers under every prefix, on the hot path and behind express. */

const accepted: Answer = { status: 202, body: '{}' };
const noPayloads: ReadonlySet<string> = new Set();

export async function start(call: Call): Promise<Answer> {
  const workflowName = param(call, 'workflowName');
  return answering(call, 'start', workflowName, async () => {
    const input = textOf(await call.body());
    if (input === undefined) return refuseBytes('start', workflowName);
    const instanceId = call.query.get('instanceID');
    const trace = traceOf(call.headers);
    const started = await call.parts.service.start(
      componentOf(call),
      { workflowName, input, ...(instanceId ? { instanceId } : {}), ...(trace ? { trace } : {}) },
      'dapr',
    );
    return { status: 202, body: JSON.stringify({ instanceID: started.instanceId }) };
  });
}

export async function get(call: Call): Promise<Answer> {
  return onInstance(call, 'get', async (instanceId) => ({
    status: 200,
    body: JSON.stringify(daprState(await call.parts.service.get(componentOf(call), instanceId))),
  }));
}

export async function raiseEvent(call: Call): Promise<Answer> {
  const instanceId = param(call, 'instanceID');
  return answering(call, 'raiseEvent', instanceId, async () => {
    const data = textOf(await call.body());
    if (data === undefined) return refuseBytes('raiseEvent', instanceId);
    const eventName = param(call, 'eventName');
    await call.parts.service.raiseEvent(componentOf(call), { instanceId, eventName, data });
    return accepted;
  });
}

export async function pause(call: Call): Promise<Answer> {
  return onInstance(call, 'suspend', async (instanceId) => {
    await call.parts.service.suspend(componentOf(call), { instanceId });
    return accepted;
  });
}

export async function resume(call: Call): Promise<Answer> {
  return onInstance(call, 'resume', async (instanceId) => {
    await call.parts.service.resume(componentOf(call), { instanceId });
    return accepted;
  });
}

export async function terminate(call: Call): Promise<Answer> {
  return onInstance(call, 'terminate', async (instanceId) => {
    await call.parts.service.terminate(componentOf(call), { instanceId, recursive: true });
    return accepted;
  });
}

export async function purge(call: Call): Promise<Answer> {
  return onInstance(call, 'purge', async (instanceId) => {
    await call.parts.service.purge(componentOf(call), { instanceId, recursive: true, force: false });
    return accepted;
  });
}

/** The operations whose body means nothing but must be JSON if there is one. */
async function onInstance(
  call: Call,
  operation: DaprOperation,
  run: (instanceId: string) => Promise<Answer>,
): Promise<Answer> {
  const instanceId = param(call, 'instanceID');
  return answering(call, operation, instanceId, async () => {
    checkIgnoredBody(await call.body());
    return run(instanceId);
  });
}

async function answering(
  call: Call,
  operation: DaprOperation,
  subject: string,
  run: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await run();
  } catch (caught) {
    const { http, tag, message } = daprError(operation, shownError(caught, call.parts), subject);
    return daprProblem(http, tag, message);
  }
}

function checkIgnoredBody(body: Buffer): void {
  if (body.length === 0) return;
  const text = textOf(body);
  if (text === undefined) throw new WorkflowError('ERR_REQUEST_MALFORMED', { reason: 'the body is not UTF-8' });
  readControlBody(text, noPayloads);
}

/** Payloads are text on every wire: other bytes fail the operation, as Dapr has it, but at once. */
function refuseBytes(operation: DaprOperation, subject: string): Answer {
  const cause = new WorkflowError('ERR_INTERNAL', { reason: 'the body is not valid UTF-8' });
  const { http, tag, message } = daprError(operation, cause, subject);
  return daprProblem(http, tag, message);
}

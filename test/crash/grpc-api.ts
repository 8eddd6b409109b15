import { DoorRefusal } from '../../conformance/door.js';
import { daprWire, type Message, type WireClient } from '../../conformance/wire/client.js';
import type { Answer, ChangeApi } from './api.js';
import { nothingYet, type Op } from './program.js';

const callTimeoutMs = 30_000;
/** What a client gets when the host is gone, or was before it answered. */
const lost = new Set(['UNAVAILABLE', 'CANCELLED', 'UNKNOWN', 'DEADLINE_EXCEEDED']);
const encoder = new TextEncoder();

/** Dapr's gRPC calls, with every outcome told apart. One connection per host process; it is closed with it. */
export class GrpcApi implements ChangeApi {
  readonly #wire: WireClient;

  constructor(port: number) {
    this.#wire = daprWire({ address: `127.0.0.1:${port}` });
  }

  start(instanceId: string, ops: readonly Op[]): Promise<Answer> {
    const input = encoder.encode(JSON.stringify({ ops, progress: nothingYet }));
    return this.#call('StartWorkflowBeta1', instanceId, { workflowName: 'program', input });
  }

  raise(instanceId: string, data: number): Promise<Answer> {
    const eventData = encoder.encode(JSON.stringify(data));
    return this.#call('RaiseEventWorkflowBeta1', instanceId, { eventName: 'numbered', eventData });
  }

  control(instanceId: string, operation: 'suspend' | 'resume' | 'terminate'): Promise<Answer> {
    const methods = {
      suspend: 'PauseWorkflowBeta1',
      resume: 'ResumeWorkflowBeta1',
      terminate: 'TerminateWorkflowBeta1',
    };
    return this.#call(methods[operation], instanceId, {});
  }

  close(): void {
    this.#wire.close();
  }

  async #call(method: string, instanceId: string, fields: Message): Promise<Answer> {
    try {
      const signal = AbortSignal.timeout(callTimeoutMs);
      const body = await this.#wire.call(method, { instanceId, workflowComponent: 'dapr', ...fields }, { signal });
      return { outcome: 'acknowledged', status: 200, body };
    } catch (error) {
      if (!(error instanceof DoorRefusal)) throw error;
      const { answer, message } = error;
      if (lost.has(answer)) return { outcome: 'unknown', status: 0, body: undefined };
      return { outcome: 'refused', status: answer === 'ALREADY_EXISTS' ? 409 : 400, body: { answer, message } };
    }
  }
}

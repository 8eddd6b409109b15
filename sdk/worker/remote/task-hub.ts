import type { Client, ClientReadableStream, Metadata, ServiceError } from '@grpc/grpc-js';
import type { HistoryEvent } from '../../../core/orchestration/index.js';
import {
  encodeActivityResponse,
  encodeWorkflowResponse,
  type ActivityAnswer,
  type WorkflowAnswer,
} from '../../../proto/convert/worker-answer.js';
import {
  decodeHistoryResponse,
  encodeGetInstanceHistory,
  encodeGetWorkItems,
} from '../../../proto/convert/worker-calls.js';

/** Where a host listens for workers. */
export interface RemoteAddress {
  /** `host:port`, or a URL; `https:` means TLS. */
  readonly address: string;
  readonly apiToken?: string;
  /** Serves this component only. Default: all. */
  readonly component?: string;
}

/** This SDK, as it introduces itself. */
const sdkVersion = '0.1.0';
const service = '/TaskHubSidecarService';
/** Messages are bounded by the host. */
const unlimited = -1;
const keepaliveMs = 30_000;

/** The calls a worker makes. All reject with gRPC's `ServiceError`. */
export class TaskHub {
  readonly #client: Client;
  readonly #metadata: Metadata;

  constructor(client: Client, metadata: Metadata) {
    this.#client = client;
    this.#metadata = metadata;
  }

  /** Opens the stream of work items. Whatever is on it goes back to the host when it ends. */
  workItems(): ClientReadableStream<Uint8Array> {
    return this.#client.makeServerStreamRequest(
      `${service}/GetWorkItems`,
      same,
      same,
      Buffer.from(encodeGetWorkItems()),
      this.#metadata,
    );
  }

  async answerTurn(answer: WorkflowAnswer): Promise<void> {
    await this.#call('CompleteOrchestratorTask', encodeWorkflowResponse(answer));
  }

  async answerActivity(answer: ActivityAnswer): Promise<void> {
    await this.#call('CompleteActivityTask', encodeActivityResponse(answer));
  }

  async history(instanceId: string): Promise<readonly HistoryEvent[]> {
    return decodeHistoryResponse(await this.#call('GetInstanceHistory', encodeGetInstanceHistory(instanceId)));
  }

  close(): void {
    this.#client.close();
  }

  #call(method: string, request: Uint8Array): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const answered = (error: ServiceError | null, response?: Uint8Array): void => {
        if (error) reject(error);
        else resolve(response ?? new Uint8Array());
      };
      this.#client.makeUnaryRequest(`${service}/${method}`, same, same, Buffer.from(request), this.#metadata, answered);
    });
  }
}

/** gRPC is loaded here, and only by programs with a remote worker. */
export async function connect({ address, apiToken, component }: RemoteAddress): Promise<TaskHub> {
  const grpc = await import('@grpc/grpc-js');
  const metadata = new grpc.Metadata();
  metadata.set('x-wfhost-sdk', sdkVersion);
  if (apiToken !== undefined) metadata.set('dapr-api-token', apiToken);
  if (component !== undefined) metadata.set('workflow-component', component);
  const isSecure = address.startsWith('https://');
  const credentials = isSecure ? grpc.credentials.createSsl() : grpc.credentials.createInsecure();
  const client = new grpc.Client(address.replace(/^https?:\/\//, '').replace(/\/+$/, ''), credentials, {
    'grpc.max_receive_message_length': unlimited,
    'grpc.max_send_message_length': unlimited,
    'grpc.keepalive_time_ms': keepaliveMs,
  });
  return new TaskHub(client, metadata);
}

/** Messages are bytes on both sides: the codec is ours. */
function same<Bytes extends Uint8Array>(bytes: Bytes): Bytes {
  return bytes;
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TurnItem, TurnOutcome } from '../../../core/index.js';
import { SuiteWorker } from '../../../conformance/worker/suite-worker.js';
import { attachToTaskHub } from '../../../conformance/worker/taskhub-worker.js';
import { daprWire, taskHubWire, type WireClient } from '../../../conformance/wire/client.js';
import { catalog } from '../../../components/catalog.js';
import { componentsOf, configWith } from '../../../host/config/defaults.js';
import type { HostConfig } from '../../../host/config/host-config.js';
import { startHost, type RunningHost } from '../../../host/host.js';
import { ComponentRegistry } from '../../../host/registry.js';

/** A host with all doors on a SQLite file, seen from its wires. */
export interface WiredHost {
  readonly host: RunningHost;
  readonly url: string;
  readonly address: string;
  readonly taskHub: WireClient;
  readonly dapr: WireClient;
  readonly worker: SuiteWorker;
  http(method: string, path: string, body?: string, headers?: Record<string, string>): Promise<HttpAnswer>;
  /** Another connection of the suite's worker; ends with the host. */
  connectWorker(worker?: SuiteWorker): { close(): void };
  /** Stops the host and starts another on the same file. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
  readonly type: string;
}

export interface WiredHostOptions {
  readonly config?: Partial<HostConfig>;
  readonly worker?: boolean;
}

export async function openWiredHost({
  config = {},
  worker: withWorker = true,
}: WiredHostOptions = {}): Promise<WiredHost> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'wfhost-statements-'));
  const worker = new SuiteWorker();
  const closers: (() => void)[] = [];
  const full = configWith({
    http: { host: '127.0.0.1', port: 0 },
    grpc: { host: '127.0.0.1', port: 0 },
    logLevel: 'silent',
    dataDir,
    ...config,
  });
  const [apiToken] = full.apiTokens;
  const token = apiToken === undefined ? {} : { apiToken };
  const open = async (): Promise<RunningHost> => {
    const factories = await new ComponentRegistry(catalog).factoriesFor(componentsOf(full));
    return startHost(full, { factories });
  };
  const parts = { host: await open(), wires: [] as WireClient[] };
  const connect = (): { url: string; address: string; taskHub: WireClient; dapr: WireClient } => {
    const address = `127.0.0.1:${parts.host.grpc?.port}`;
    const wire = { address, ...token };
    const taskHub = taskHubWire(wire);
    const dapr = daprWire(wire);
    parts.wires.push(taskHub, dapr);
    return { url: `http://127.0.0.1:${parts.host.http?.port}`, address, taskHub, dapr };
  };
  let current = connect();
  const wired: WiredHost = {
    get host() {
      return parts.host;
    },
    get url() {
      return current.url;
    },
    get address() {
      return current.address;
    },
    get taskHub() {
      return current.taskHub;
    },
    get dapr() {
      return current.dapr;
    },
    worker,
    http: async (method, route, body, headers = {}) => {
      const given = apiToken === undefined ? {} : { 'dapr-api-token': apiToken };
      const init = { method, headers: { ...given, ...headers }, ...(body === undefined ? {} : { body }) };
      const response = await fetch(`${current.url}${route}`, init);
      return { status: response.status, text: await response.text(), type: response.headers.get('content-type') ?? '' };
    },
    connectWorker: (other = worker) => {
      const stream = attachToTaskHub(other, { address: current.address, ...token });
      closers.push(() => stream.close());
      return stream;
    },
    restart: async () => {
      for (const close of closers.splice(0)) close();
      await parts.host.close();
      parts.host = await open();
      current = connect();
      if (withWorker) wired.connectWorker();
    },
    close: async () => {
      for (const close of closers) close();
      for (const wire of parts.wires) wire.close();
      await parts.host.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  if (withWorker) wired.connectWorker();
  return wired;
}

/** Waits for a condition; the last seen value is in the message. */
export async function eventually<T>(what: string, probe: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const value = await probe();
    if (value !== undefined) return value;
    if (performance.now() > deadline) throw new Error(`not within a minute: ${what}`);
    await new Promise<void>((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}

/** A worker that remembers the turns it was given. */
export class RecordingWorker extends SuiteWorker {
  readonly turns: TurnItem[] = [];
  inHand = 0;
  mostInHand = 0;

  override async turn(item: TurnItem): Promise<TurnOutcome> {
    this.turns.push(item);
    this.inHand += 1;
    this.mostInHand = Math.max(this.mostInHand, this.inHand);
    try {
      return await super.turn(item);
    } finally {
      this.inHand -= 1;
    }
  }
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  SuiteWorker,
  attachToTaskHub,
  describeRemote,
  grpcDoor,
  httpDoor,
  taskHubDoor,
  type ConformanceTarget,
  type ManagementDoor,
  type OpenTarget,
  type TaskHubStream,
} from '../../../conformance/index.js';
import { Victim } from '../../crash/victim.js';
import { root } from '../../tidy/tree.js';
import { switchingDoor } from './switching-door.js';

const entry = join(root, 'dist', 'test', 'crash', 'host-child.js');

export interface MortalHostOptions {
  readonly door: 'http' | 'grpc' | 'taskhub';
  /** Whether the worker dies with the host; otherwise it finds the next host by itself. */
  readonly workerToo: boolean;
  readonly patienceMs: number;
}

/** One host process, and the suite's way into it. */
interface Life {
  readonly victim: Victim;
  readonly http: string;
  readonly grpcPort: number;
  readonly door: ManagementDoor;
}

/** A host of its own process with the built-in engine on a file: it is killed with SIGKILL and started again. */
export async function openMortalHost(options: MortalHostOptions): Promise<OpenTarget> {
  const folder = mkdtempSync(join(tmpdir(), 'wfhost-mortal-'));
  const worker = new SuiteWorker();
  let life = await beginLife(folder, 0, options.door);
  const described = await describeRemote(life.http);
  if (!described) throw new Error('the host does not describe its component');
  const wire = { address: `127.0.0.1:${life.grpcPort}` };
  let stream: TaskHubStream = attachToTaskHub(worker, wire);
  const rejoin = (): void => {
    stream.close();
    stream = attachToTaskHub(worker, wire);
  };
  const { capabilities, limits, name } = described;
  const target: ConformanceTarget = {
    component: name,
    doors: [switchingDoor(() => life.door)],
    worker,
    capabilities,
    limits,
    patienceMs: options.patienceMs,
    disconnectWorker: async () => stream.close(),
    reconnectWorker: async () => rejoin(),
    crash: async () => {
      if (options.workerToo) stream.close();
      await life.victim.end('SIGKILL');
      await life.door.close();
      life = await beginLife(folder, life.grpcPort, options.door);
      if (options.workerToo) rejoin();
    },
  };
  const close = async (): Promise<void> => {
    stream.close();
    await life.door.close();
    await life.victim.end('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  };
  return { target, close };
}

const doors = {
  http: (url: string) => httpDoor({ url, ownRoutes: true }),
  grpc: (_url: string, address: string) => grpcDoor({ address }),
  taskhub: (_url: string, address: string) => taskHubDoor({ address }),
} as const satisfies Record<MortalHostOptions['door'], (url: string, address: string) => ManagementDoor>;

/** `port`: the gRPC port of the life before, so that a worker finds the host again. */
async function beginLife(folder: string, port: number, door: MortalHostOptions['door']): Promise<Life> {
  const victim = new Victim(entry, [folder, 'remote', String(port)], join(folder, 'host.log'));
  const ports = (await victim.start()) as { readonly http: number; readonly grpc: number };
  const http = `http://127.0.0.1:${ports.http}`;
  return { victim, http, grpcPort: ports.grpc, door: doors[door](http, `127.0.0.1:${ports.grpc}`) };
}

import { join } from 'node:path';
import { Api } from './api.js';
import { GrpcApi } from './grpc-api.js';
import { Victim } from './victim.js';

/** Clients of one life of the host. */
export interface Doors {
  readonly http: Api;
  readonly grpc: GrpcApi;
}

/** Where the code of the workflows runs: in the host's process, or in one of its own behind the worker stream. */
export type WorkerPlace = 'embedded' | 'remote';

/** The host under test, over many lives on one folder and two ports. */
export class HostProcess {
  readonly #victim: Victim;
  #doors: Doors | undefined;
  #up: Promise<Doors>;
  #signalUp: (doors: Doors) => void = () => undefined;
  /** From spawn to ready, ms, per start. */
  readonly startsMs: number[] = [];

  /** `builtFolder`: of this harness in the build. `folder`: for its data and its log. */
  constructor(builtFolder: string, folder: string, place: WorkerPlace, grpcPort: number) {
    const args = [folder, place, String(grpcPort)];
    this.#victim = new Victim(join(builtFolder, 'host-child.js'), args, join(folder, 'host.log'));
    this.#up = this.#nextUp();
  }

  /** Resolves with its doors while a host is ready, else when the next one is. */
  up(): Promise<Doors> {
    return this.#up;
  }

  async start(): Promise<void> {
    const began = performance.now();
    const ports = (await this.#victim.start()) as { readonly http: number; readonly grpc: number };
    this.startsMs.push(performance.now() - began);
    this.#doors = { http: new Api(ports.http), grpc: new GrpcApi(ports.grpc) };
    this.#signalUp(this.#doors);
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.#doors?.grpc.close();
    this.#doors = undefined;
    this.#up = this.#nextUp();
    await this.#victim.end(signal);
  }

  #nextUp(): Promise<Doors> {
    return new Promise((resolve) => {
      this.#signalUp = resolve;
    });
  }
}

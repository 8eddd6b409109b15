import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { Api } from './api.js';
import { GrpcApi } from './grpc-api.js';

/** Clients of one life of the host. */
export interface Doors {
  readonly http: Api;
  readonly grpc: GrpcApi;
}

/** How long a host may take to come up, and to drain. Far above what it needs, so that a busy machine is no failure. */
const patienceMs = 60_000;

/** The host under test, over many lives on one folder. */
export class HostProcess {
  readonly #entry: string;
  readonly #folder: string;
  #child: ChildProcess | undefined;
  #doors: Doors | undefined;
  #up: Promise<Doors>;
  #signalUp: (doors: Doors) => void = () => undefined;
  /** From spawn to ready, ms, per start. */
  readonly startsMs: number[] = [];

  /** `entry`: the built `host-child.js`. `folder`: where it keeps its data, and its log. */
  constructor(entry: string, folder: string) {
    this.#entry = entry;
    this.#folder = folder;
    this.#up = this.#nextUp();
  }

  /** Resolves with its doors while a host is ready, else when the next one is. */
  up(): Promise<Doors> {
    return this.#up;
  }

  async start(): Promise<void> {
    const log = openSync(join(this.#folder, 'host.log'), 'a');
    const began = performance.now();
    const child = fork(this.#entry, [this.#folder], { stdio: ['ignore', log, log, 'ipc'], execArgv: [] });
    closeSync(log);
    this.#child = child;
    const patience = AbortSignal.timeout(patienceMs);
    const ended = once(child, 'exit', { signal: patience }).then(
      () => undefined,
      () => undefined,
    );
    const ready = once(child, 'message', { signal: patience }).then(
      ([told]) => told as { http: number; grpc: number },
      () => undefined,
    );
    const ports = await Promise.race([ready, ended]);
    if (!ports) throw new Error(`the host did not start; see ${join(this.#folder, 'host.log')}`);
    this.startsMs.push(performance.now() - began);
    this.#doors = { http: new Api(ports.http), grpc: new GrpcApi(ports.grpc) };
    this.#signalUp(this.#doors);
  }

  /** As a power cut for the process: no handler runs. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** Drains. Throws when the process does not end by itself. */
  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#child = undefined;
    this.#doors?.grpc.close();
    this.#up = this.#nextUp();
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('the host ended by itself');
    const ended = once(child, 'exit', { signal: AbortSignal.timeout(patienceMs) });
    child.kill(signal);
    const [code] = (await ended) as [number | null];
    if (signal === 'SIGTERM' && code !== 0) throw new Error(`the host answered SIGTERM with exit code ${String(code)}`);
  }

  #nextUp(): Promise<Doors> {
    return new Promise((resolve) => {
      this.#signalUp = resolve;
    });
  }
}

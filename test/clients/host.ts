import { join } from 'node:path';
import { root } from './languages.js';
import { LoggedProcess } from './processes.js';

const upMs = 120_000;

/** The built host as a process, over several lives on the same folder and ports. */
export class HostUnderTest {
  readonly #folder: string;
  readonly #componentFile: string;
  #process: LoggedProcess | undefined;
  #ports: { readonly http: string; readonly grpc: string } = { http: '0', grpc: '0' };

  constructor(folder: string, componentFile: string) {
    this.#folder = folder;
    this.#componentFile = componentFile;
  }

  /** Of the HTTP door. */
  get url(): string {
    return `http://127.0.0.1:${this.#ports.http}`;
  }

  /** Resolves, once it is up, with the variables by which SDKs find it. */
  async start(): Promise<Readonly<Record<string, string>>> {
    const main = join(root, 'dist', 'apps', 'cli', 'main.js');
    const ports = ['--dapr-http-port', this.#ports.http, '--dapr-grpc-port', this.#ports.grpc];
    const files = ['--resources-path', this.#componentFile, '--data-dir', join(this.#folder, 'data')];
    const args = [main, 'run', ...ports, ...files, '--log-as-json'];
    this.#process = new LoggedProcess({ program: process.execPath, args }, join(this.#folder, 'host.log'));
    const up = await this.#process.match(/"http":\{[^}]*"port":(\d+)\},"grpc":\{[^}]*"port":(\d+)\}/, upMs);
    const [, http = '', grpc = ''] = up;
    this.#ports = { http, grpc };
    return { DAPR_HTTP_PORT: http, DAPR_GRPC_PORT: grpc, DAPR_GRPC_ENDPOINT: `127.0.0.1:${grpc}` };
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    await this.#process?.end(signal);
  }
}

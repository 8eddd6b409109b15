import type { HostConfig, RunningHost } from '../../../host/index.js';
import { prefixer } from '../dev/prefix.js';
import { Supervised } from '../dev/supervisor.js';
import { watchFolders } from '../dev/watch.js';
import type { Terminal } from '../terminal.js';
import type { Values } from '../table/commands.js';
import type { Action } from './action.js';
import { withHost } from './with-host.js';

type DevFlags = Values<'dev'>['flags'];

export const dev: Action<'dev'> = ({ flags, terminal }) =>
  withHost(async ({ loadConfig, runHost }) => {
    const { worker: commands, watch, ...hostFlags } = flags;
    const config = await loadConfig({ flags: hostFlags, env: terminal.env, cwd: terminal.cwd });
    let workers: readonly Supervised[] = [];
    const unwatch = watchFolders(watch, terminal.cwd, () => {
      terminal.err('Files have changed: starting the workers again.\n');
      for (const worker of workers) worker.restart();
    });
    // Workers are process groups of their own: they must not outlive this process, however it ends.
    const killAll = (): void => workers.forEach((worker) => worker.kill());
    process.once('exit', killAll);
    process.once('SIGHUP', endOnHangUp);
    try {
      const onUp = (host: RunningHost): void => {
        terminal.err(greeting(host, config));
        workers = startWorkers(commands, host, config, terminal);
      };
      return (await runHost(config, { onUp })) === 0 ? 'ok' : 'unexpected';
    } finally {
      unwatch();
      await Promise.all(workers.map((worker) => worker.stop()));
      process.off('exit', killAll);
      process.off('SIGHUP', endOnHangUp);
    }
  });

const exitOnHangUp = 129;

function endOnHangUp(): void {
  process.exit(exitOnHangUp);
}

function startWorkers(
  commands: DevFlags['worker'],
  host: RunningHost,
  config: HostConfig,
  terminal: Terminal,
): readonly Supervised[] {
  const env = { ...terminal.env, ...addressesOf(host, config) };
  const coloured = terminal.isTty && !terminal.env['NO_COLOR'];
  return commands.map((command, index) => {
    const prefix = prefixer(`worker ${index + 1}`, index, coloured);
    return new Supervised({
      command,
      cwd: terminal.cwd,
      env,
      onLine: (line) => terminal.out(prefix(line)),
      onNote: (note) => terminal.err(prefix(note)),
    });
  });
}

/** How a worker finds the host: the variables that Dapr SDKs and this command line look at. */
function addressesOf(
  { http, grpc }: RunningHost,
  { apiTokens: [token] }: HostConfig,
): Readonly<Record<string, string>> {
  return {
    ...(http ? { DAPR_HTTP_PORT: String(http.port), WFHOST_SERVER: `http://127.0.0.1:${http.port}` } : {}),
    ...(grpc ? { DAPR_GRPC_PORT: String(grpc.port) } : {}),
    ...(token === undefined ? {} : { DAPR_API_TOKEN: token }),
  };
}

function greeting({ http, grpc }: RunningHost, { dataDir }: HostConfig): string {
  const doors = [http ? `HTTP on port ${http.port}` : '', grpc ? `gRPC on port ${grpc.port}` : '']
    .filter(Boolean)
    .join(', ');
  return `Host is up: ${doors}; data in ${dataDir}. Ctrl-C ends it.\n`;
}

import { readFileSync, readdirSync } from 'node:fs';

/** A process that Dapr's command line takes for the sidecar of an app. */
export interface Sidecar {
  readonly appId: string;
  readonly httpPort: number;
  readonly grpcPort: number;
}

/** Looks for the sidecar of an app as Dapr's command line does: by the name of the process and its arguments. */
export function findSidecar(appId: string): Sidecar | undefined {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const words = nameOf(pid) === 'daprd' ? read(`/proc/${pid}/cmdline`).split('\0') : [];
    const value = (flag: string): string => words[words.indexOf(flag) + 1] ?? '';
    if (words.includes('--app-id') && value('--app-id') === appId) {
      return { appId, httpPort: Number(value('--dapr-http-port')), grpcPort: Number(value('--dapr-grpc-port')) };
    }
  }
  return undefined;
}

function nameOf(pid: string): string {
  return /^\d+ \((.*)\) /.exec(read(`/proc/${pid}/stat`))?.[1] ?? '';
}

/** A process may end while it is looked at. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

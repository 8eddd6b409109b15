import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { HostConfig } from '../../../host/index.js';
import { CliFailure, usage } from '../failure.js';
import type { Values } from '../table/commands.js';

/**
 * Dapr's own command line finds a sidecar among the processes of the machine: by the name `daprd`, with the app and the
 * ports in its arguments. A host that wants to be found is therefore started once more, under that name.
 */

type RunFlags = Values<'run'>['flags'];

const processName = 'daprd';
/** Where Linux keeps the name of a process; newer Nodes overwrite the one the process was started under. */
const nameFile = '/proc/self/comm';

/** True in the process that was started under the name; from here on it shows it, and ends with who started it. */
export function takesName(): boolean {
  if (basename(process.argv0) !== processName) return false;
  if (existsSync(nameFile)) writeFileSync(nameFile, processName);
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel?.unref();
  return true;
}

/** Runs the host in a process of that name until it ends, with the signals this one gets. Resolves with its exit code. */
export async function runAsDaprd(flags: RunFlags, config: HostConfig): Promise<number> {
  const argv = argumentsOf({ ...flags, ...shownFlags(config) });
  const folder = mkdtempSync(join(tmpdir(), 'wfhost-daprd-'));
  const link = join(folder, processName);
  symlinkSync(process.execPath, link);
  // A name without a folder, as the command line looks for: what is run is the link all the same.
  const child = spawn(link, [...process.execArgv, process.argv[1] ?? '', 'run', ...argv], {
    argv0: processName,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    // A group of its own: Ctrl-C in a terminal would reach it twice, and the second one means "at once".
    detached: true,
  });
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, forward);
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    if (code === null) throw new CliFailure('unexpected', `the host was ended by ${signal}`);
    return code;
  } finally {
    for (const signal of signals) process.off(signal, forward);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What Dapr's command line reads from the arguments, wherever the host has it from. */
function shownFlags({ appId, http, grpc }: HostConfig): Partial<RunFlags> {
  const fixed = (door: string, port: number | undefined): number => {
    if (port !== undefined && port > 0) return port;
    throw usage(`--dapr-cli-compat needs a fixed ${door} port`, 'The port is part of what Dapr looks for.');
  };
  return {
    'app-id': appId,
    'dapr-http-port': fixed('HTTP', http?.port),
    'dapr-grpc-port': fixed('gRPC', grpc?.port),
  };
}

/** The command line these flags were read from, in long form: the inverse of parsing. */
function argumentsOf(flags: RunFlags): string[] {
  return Object.entries(flags).flatMap(([name, value]) => {
    if (value === undefined || value === false) return [];
    if (value === true) return [`--${name}`];
    if (Array.isArray(value)) return value.flatMap((one: string) => [`--${name}`, one]);
    return [`--${name}`, name === 'drain-timeout' ? `${String(value)}ms` : String(value)];
  });
}

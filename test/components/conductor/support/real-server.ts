import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Set by CI: the tests on a real server must run, and fail when there is none. */
const isRequired = process.env['WFHOST_REQUIRE_CONDUCTOR'] === '1';
const given = process.env['CONDUCTOR_SERVER_URL'];

export interface RealServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** Whether tests on a real server are asked for; says so loudly when they are not, and does not run then. */
export function isServerWanted(what: string): boolean {
  if (isRequired || given !== undefined) return true;
  process.stderr.write(
    `\nDID NOT RUN: ${what}. WFHOST_REQUIRE_CONDUCTOR=1 fetches and starts a Conductor server (JDK >= 21, 447 MB); CONDUCTOR_SERVER_URL names one.\n\n`,
  );
  return false;
}

/** The server that was named, or one of its own. Rejects when none can be had. */
export async function openRealServer(): Promise<RealServer> {
  if (given !== undefined) return { url: given, stop: async () => undefined };
  const child = spawn(process.execPath, ['tools/conductor-dev/server.mjs'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines = createInterface(child.stdout);
  const first = await Promise.race([once(lines, 'line'), exited]);
  const url = String(first[0]);
  if (!url.startsWith('http')) throw new Error(`no Conductor server could be started (exit code ${url})`);
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await exited;
  };
  return { url, stop };
}

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const tool = fileURLToPath(new URL('../../../tools/temporal-dev/server.mjs', import.meta.url));

export interface RealServer {
  readonly address: string;
  /** Process id, where the server is this test's own. */
  readonly pid?: number;
  stop(): Promise<void>;
}

/**
 * Whether tests on a real server are asked for: TEMPORAL_ADDRESS names one, or WFHOST_REQUIRE_TEMPORAL is set, and then
 * the server is built where it is missing. Says aloud when they are not.
 */
export function hasTemporal(): boolean {
  if (process.env['TEMPORAL_ADDRESS'] || process.env['WFHOST_REQUIRE_TEMPORAL']) return true;
  process.stderr.write(
    '\nDID NOT RUN: tests on a real Temporal server. WFHOST_REQUIRE_TEMPORAL=1 builds and starts one (Go 1.26, about ten minutes once); TEMPORAL_ADDRESS names one.\n\n',
  );
  return false;
}

/** A server of its own on loopback, which ends with this process at the latest. */
export async function startTemporal(options: readonly string[] = []): Promise<RealServer> {
  const child = spawn(process.execPath, [tool, ...options], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([
    new Promise<string>((resolve) => {
      lines.once('line', resolve);
    }),
    ended.then(() => undefined),
  ]);
  if (first === undefined) throw new Error('the Temporal server did not start');
  const said = JSON.parse(first) as { address: string; pid?: number };
  return {
    ...said,
    stop: async () => {
      child.stdin.end();
      await ended;
      lines.close();
    },
  };
}

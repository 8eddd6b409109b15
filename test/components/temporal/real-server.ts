import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const tool = fileURLToPath(new URL('../../../tools/temporal-dev/server.mjs', import.meta.url));

export interface RealServer {
  readonly address: string;
  /** Process id, where the server is this test's own. */
  readonly pid?: number;
  stop(): Promise<void>;
}

/**
 * Whether a real Temporal server can be had here: one is named by TEMPORAL_ADDRESS, or its binary was built
 * (`npm run temporal -- --build-only`). If not, it says so aloud, or throws where WFHOST_REQUIRE_TEMPORAL is set.
 */
export function hasTemporal(): boolean {
  if (process.env['TEMPORAL_ADDRESS']) return true;
  const binary = execFileSync(process.execPath, [tool, '--binary-path'], { encoding: 'utf8' }).trim();
  if (existsSync(binary)) return true;
  const missing = 'no Temporal server: set TEMPORAL_ADDRESS, or build one with "npm run temporal -- --build-only"';
  if (process.env['WFHOST_REQUIRE_TEMPORAL']) throw new Error(missing);
  process.stderr.write(`NOT RUN, ${missing}\n`);
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

import type { Action } from './action.js';
import { withHost } from './with-host.js';

export const run: Action<'run'> = ({ flags, terminal }) =>
  withHost(async ({ loadConfig, runHost }) => {
    const config = await loadConfig({ flags, env: terminal.env, cwd: terminal.cwd });
    return (await runHost(config)) === 0 ? 'ok' : 'unexpected';
  });

import { exitCodes, type ExitName } from '../exit-codes.js';
import type { Action } from './action.js';
import { withHost } from './with-host.js';

export const run: Action<'run'> = ({ flags, terminal }) =>
  withHost(async ({ loadConfig, runHost }) => {
    const { 'dapr-cli-compat': asDaprd, ...hostFlags } = flags;
    const config = await loadConfig({ flags: hostFlags, env: terminal.env, cwd: terminal.cwd });
    if (asDaprd) {
      const { runAsDaprd, takesName } = await import('./as-daprd.js');
      if (!takesName()) return exitNamed(await runAsDaprd(flags, config));
    }
    return (await runHost(config)) === 0 ? 'ok' : 'unexpected';
  });

function exitNamed(exitCode: number): ExitName {
  const names = Object.keys(exitCodes) as ExitName[];
  return names.find((name) => exitCodes[name].code === exitCode) ?? 'unexpected';
}

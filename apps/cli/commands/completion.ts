import { completionScripts } from '../completion/scripts.js';
import type { Action } from './action.js';

export const completion: Action<'completion'> = async ({ args, terminal }) => {
  terminal.out(completionScripts[args.shell]);
  return 'ok';
};

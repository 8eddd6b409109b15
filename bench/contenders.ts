import type { OpenContender } from './contender.js';

/** Loaded by name, so that one measurement pays for one engine. */
export const contenders: Readonly<Record<string, () => Promise<OpenContender>>> = {
  builtin: async () => (await import('./builtin.js')).openBuiltin,
  floor: async () => (await import('./floor.js')).openFloor,
};

import { failureOf, type Scheduling } from '../../core/orchestration/replay/index.js';

const settled = Promise.resolve();

/**
 * The event loop of Node as the replay core uses it. A tick asked for by a microtask comes after all microtasks; going
 * through a microtask first makes that so wherever a barrier starts. (Measured 2026-11: under 1 us, half of setImmediate.)
 */
export const nodeScheduling: Scheduling = {
  barrier(next) {
    const hop = (): void => process.nextTick(next);
    return () => void settled.then(hop);
  },
  pause(next) {
    setImmediate(next);
  },
  failureOf,
};

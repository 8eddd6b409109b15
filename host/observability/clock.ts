import type { Clock } from '../../core/index.js';

/**
 * Longest single sleep, ms. `setTimeout` wraps above 2^31 - 1 and fires at once; and it counts monotonic time, so a
 * step of the wall clock is noticed at the end of a slice at the latest.
 */
const sliceMs = 60_000;

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  at: (atMs, callback) => {
    let timer: NodeJS.Timeout | undefined;
    const sleep = (): void => {
      const leftMs = atMs - Date.now();
      timer = setTimeout(leftMs > 0 ? sleep : callback, Math.min(Math.max(leftMs, 0), sliceMs));
    };
    sleep();
    return () => clearTimeout(timer);
  },
};

import { randomUUID } from 'node:crypto';
import type { Clock, Ids } from '../../core/index.js';

/** The machine's clock, for tests that run in real time. Only for distances that fit a timer of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  at: (atMs, callback) => {
    const distance = Math.min(Math.max(atMs - Date.now(), 0), 2 ** 31 - 1);
    const timer = setTimeout(() => (Date.now() < atMs ? again(atMs, callback) : callback()), distance);
    return () => clearTimeout(timer);
  },
};

/** A timer may fire a moment early by the wall clock; a callback may not. */
function again(atMs: number, callback: () => void): void {
  setTimeout(callback, Math.max(atMs - Date.now(), 1));
}

export const randomIds: Ids = {
  uuid: () => randomUUID(),
  executionId: () => randomUUID().replaceAll('-', ''),
  token: () => randomUUID(),
};

import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf, status } from './errors.js';

const attempts = 10;
/** Before the second attempt, growing from there, ms; longer when the server says it has too much to do. */
const pause = { leastMs: 100, busyMs: 1_000, mostMs: 5_000, growth: 1.7 };

const passing: ReadonlySet<number> = new Set([status.unavailable, status.resourceExhausted, status.aborted]);

/**
 * The service with calls that are made again while what failed may pass. The vendor's own repetition goes on after its
 * connection is closed, and then throws where nobody catches; this one ends with `closing`.
 */
export function retrying<T extends object>(service: T, closing: AbortSignal): T {
  return new Proxy(service, {
    get(target, name): unknown {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...given: unknown[]) => again(() => Reflect.apply(method, target, given) as Promise<unknown>, closing);
    },
  });
}

async function again<T>(call: () => Promise<T>, closing: AbortSignal): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const code = codeOf(error);
      if (attempt >= attempts || code === undefined || !passing.has(code) || closing.aborted) throw error;
      const leastMs = code === status.resourceExhausted ? pause.busyMs : pause.leastMs;
      const waitMs = Math.min(leastMs * pause.growth ** (attempt - 1), pause.mostMs);
      // Closing ends the pause, and the call with what it failed for.
      const waited = await sleep(waitMs, true, { signal: closing }).catch(() => false);
      if (!waited) throw error;
    }
  }
}

import { randomUUID } from 'node:crypto';
import type { Clock, Ids, Logger, Metrics } from '../../core/index.js';
import type { HistoryCodec, HistoryEvent } from '../../core/orchestration/index.js';

/** What a component gets of this process when no host is around it. */

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

export const noMetrics: Metrics = { count() {}, observe() {}, gauge() {} };

/** The longest wait a timer of the machine takes, ms. */
const longestTimerMs = 2 ** 31 - 1;

/** The machine's clock. A far time is waited for in pieces, and a timer that comes early by the wall clock waits on. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  at: (atMs, callback) => {
    let timer: NodeJS.Timeout;
    const wait = (leftMs: number): void => {
      timer = setTimeout(check, Math.min(Math.max(leftMs, 0), longestTimerMs));
    };
    const check = (): void => {
      const leftMs = atMs - Date.now();
      if (leftMs > 0) wait(Math.max(leftMs, 1));
      else callback();
    };
    wait(atMs - Date.now());
    return () => clearTimeout(timer);
  },
};

export const randomIds: Ids = {
  uuid: () => randomUUID(),
  executionId: () => randomUUID().replaceAll('-', ''),
  token: () => randomUUID(),
};

/** Events as JSON. Lone surrogates survive: JSON text escapes them. */
export const jsonCodec: HistoryCodec = {
  encode: (event) => new TextEncoder().encode(JSON.stringify(event)),
  decode: (bytes) => JSON.parse(new TextDecoder().decode(bytes)) as HistoryEvent,
};

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inChild } from './child.js';
import { openHost, sleeper } from './embedded.js';
import { inTemporaryFolder } from './folder.js';
import { createReport, type Report } from './report.js';

export interface IdleRequest {
  readonly folder: string;
  readonly count: number;
}

interface Filled {
  readonly startsPerSecond: number;
}

interface Opened {
  /** From the call to a host that takes requests. */
  readonly readyMs: number;
  readonly rssBytes: number;
}

/** Starts in flight while the store is filled. */
const inFlight = 1_000;

/** Instances that sleep for days: what they cost on disk, in memory after a restart, and how long that restart takes. */
export function reportIdle(count: number): Promise<Report> {
  return inTemporaryFolder(async (folder) => {
    const empty = await inTemporaryFolder((other) => inChild<Opened>(openTask(other, 0), ['--expose-gc']));
    const filled = await inChild<Filled>({ task: 'idle-fill', argument: { folder, count } });
    const bytes = sizeOf(folder);
    const opened = await inChild<Opened>(openTask(folder, count), ['--expose-gc']);
    const row = {
      count,
      startsPerSecond: filled.startsPerSecond,
      bytesEach: bytes / count,
      readyMs: opened.readyMs,
      readyMsEmpty: empty.readyMs,
      rssAboveEmptyBytes: opened.rssBytes - empty.rssBytes,
    };
    const line = [
      count.toLocaleString('en'),
      Math.round(row.startsPerSecond).toLocaleString('en'),
      row.bytesEach.toFixed(0),
      `${row.readyMs.toFixed(0)} (${row.readyMsEmpty.toFixed(0)})`,
      `${(row.rssAboveEmptyBytes / 2 ** 20).toFixed(1)} MB`,
    ];
    const header = ['sleeping', 'starts/s', 'bytes each', 'ready ms (empty store)', 'RSS above empty'];
    return createReport('idle instances after a restart', header, [line], [row]);
  });
}

function openTask(folder: string, count: number): { task: string; argument: IdleRequest } {
  return { task: 'idle-open', argument: { folder, count } };
}

export async function fillIdle({ folder, count }: IdleRequest): Promise<Filled> {
  const host = await openHost(folder);
  const began = performance.now();
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let number = next++; number < count; number = next++) {
      await host.client.start(sleeper, undefined, { id: `sleeper-${number}` });
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  const seconds = (performance.now() - began) / 1_000;
  await host.close();
  return { startsPerSecond: count / seconds };
}

export async function openIdle({ folder, count }: IdleRequest): Promise<Opened> {
  const began = performance.now();
  const host = await openHost(folder);
  const readyMs = performance.now() - began;
  globalThis.gc?.();
  const rssBytes = process.memoryUsage.rss();
  // A sleeper that is really there, and nobody's answer from memory.
  if (count > 0) {
    const { status } = await host.client.get(`sleeper-${count - 1}`).status();
    if (status !== 'RUNNING') throw new Error(`the last sleeper is ${status}`);
  }
  await host.close();
  return { readyMs, rssBytes };
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

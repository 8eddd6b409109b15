import { setTimeout as pause } from 'node:timers/promises';
import type { HostUnderTest } from './host.js';
import type { Outcome } from './programs.js';

/** SDKs wait up to half a minute before they try again to reach a host. */
const finishMs = 120_000;

/** Engines that keep nothing. */
const inMemory = new Set(['template']);

/**
 * Ends the host while a workflow of the app waits, and starts it again: the worker comes back by itself, is given the
 * history it no longer has, and the workflow ends. A host that is killed is the second to go: Dapr's JavaScript SDK gives
 * up when the very first connection of a worker breaks.
 */
export async function restartHost(
  host: HostUnderTest,
  engine: string,
  signal: 'SIGTERM' | 'SIGKILL',
): Promise<Outcome> {
  const program = signal === 'SIGTERM' ? 'host-restarted' : 'host-killed';
  if (inMemory.has(engine)) return { program, skipped: `the engine "${engine}" keeps nothing` };
  try {
    const id = program;
    await call(host, 'POST', `WaitGo/start?instanceID=${id}`);
    await until(host, id, (state) => state.includes('"runtimeStatus":"RUNNING"'));
    await host.end(signal);
    await host.start();
    await call(host, 'POST', `${id}/raiseEvent/go`, '"back"');
    const state = await until(host, id, (text) => !text.includes('"runtimeStatus":"RUNNING"'));
    const ok = state.includes('"runtimeStatus":"COMPLETED"') && state.includes('back');
    return { program, ok, detail: ok ? '' : state };
  } catch (error) {
    return { program, ok: false, detail: String(error) };
  }
}

async function call(host: HostUnderTest, method: 'GET' | 'POST', path: string, body?: string): Promise<string> {
  const init = body === undefined ? { method } : { method, body };
  const response = await fetch(`${host.url}/v1.0/workflows/dapr/${path}`, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status} ${text}`);
  return text;
}

async function until(host: HostUnderTest, id: string, holds: (state: string) => boolean): Promise<string> {
  const endsAt = Date.now() + finishMs;
  for (;;) {
    const state = await call(host, 'GET', id);
    if (holds(state)) return state;
    if (Date.now() > endsAt) throw new Error(`${id} stays as it is: ${state}`);
    await pause(50);
  }
}

import { createHook } from 'node:async_hooks';
import type { HistoryEvent } from '../../core/orchestration/index.js';
import { Execution, type FindProgram } from '../../core/orchestration/replay/index.js';
import { nodeScheduling } from './scheduling.js';

/**
 * Replays an execution once more while watching what it starts, and tells where it awaits something that is not its
 * context's: `setTimeout at file:line` or `await at file:line`. Costs about a millisecond; done only when it is stuck.
 * `undefined`: nothing was seen in the author's code.
 */
export async function locateForeignAwait(
  find: FindProgram,
  history: readonly HistoryEvent[],
): Promise<string | undefined> {
  let awaited: string | undefined;
  let started: string | undefined;
  const hook = createHook({
    init(_id, type) {
      const place = authorsLine(new Error('here').stack);
      if (place === undefined) return;
      if (type === 'PROMISE') awaited = place;
      else if (type !== 'TickObject' && type !== 'Microtask') started = `${type} started at ${place}`;
    },
  });
  hook.enable();
  try {
    await new Execution(find, nodeScheduling).turn([], history);
  } finally {
    hook.disable();
  }
  return started ?? (awaited === undefined ? undefined : `await at ${awaited}`);
}

/** A path in a line of a stack: `at f (file:///a/b.js:1:2)`, `at /a/b.ts:1:2`. What the platform runs has none. */
const placePattern = /(?:\(|at (?:async )?)(?:file:\/\/)?(\/.*:\d+):\d+\)?$/;

/** The innermost line that is neither the platform's nor this project's own. */
function authorsLine(stack: string | undefined): string | undefined {
  for (const line of stack?.split('\n').slice(1) ?? []) {
    const place = placePattern.exec(line)?.[1];
    if (place !== undefined && !isOwn(place)) return place;
  }
  return undefined;
}

function isOwn(place: string): boolean {
  return ownFolders.some((folder) => place.startsWith(folder));
}

const ownFolders = ['../authoring/', './', '../../core/'].map((folder) =>
  decodeURIComponent(new URL(folder, import.meta.url).pathname),
);

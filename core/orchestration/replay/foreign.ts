import type { Mismatch } from './diff.js';

/** The code waits, and nothing it waits for is the context's. */
export function foreignAwait(): Mismatch {
  return foreign('awaits one that is not: nothing of its context is open, so no event could ever wake it');
}

/** The code has gone on without an event: something else has woken it, and it does what `what` says. */
export function foreignWake(what: string): Mismatch {
  return foreign(`${what} after it was woken by one that is not`);
}

function foreign(got: string): Mismatch {
  const expected = 'only promises of its context awaited';
  const advice = 'do it in an activity or a step, and load modules at the top of the file';
  return {
    expected,
    got,
    description: `a workflow may await only promises of its context; this one ${got} (${advice})`,
  };
}

import { neverMs } from './decide.js';
import type { Effect } from './effect.js';
import type { HistoryEvent } from './history-event.js';
import { parentLink } from './parent-link.js';
import type { State } from './state.js';

/**
 * The effects of everything that is still open, as they left the first time: what an engine issues again after a crash,
 * and what a seeded start issues once. Receivers are idempotent, so an effect that had already left does no harm.
 */
export function effectsOfOpen(state: State, history: readonly HistoryEvent[]): Effect[] {
  const effects: Effect[] = [];
  if (state.closed) return effects;
  for (const event of history) {
    if (event.eventId < 0 || !state.open.has(event.eventId)) continue;
    const effect = effectOf(state, event);
    if (effect) effects.push(effect);
  }
  return effects;
}

function effectOf(state: State, event: HistoryEvent): Effect | undefined {
  switch (event.kind) {
    case 'taskScheduled': {
      const { kind: _kind, eventId, timestampMs: _at, rerunOf: _rerun, inline: _inline, ...task } = event;
      return { kind: 'runActivity', taskId: eventId, ...task };
    }
    case 'timerCreated':
      return event.fireAt.ms < neverMs ? { kind: 'armTimer', timerId: event.eventId, fireAt: event.fireAt } : undefined;
    case 'childWorkflowCreated': {
      const { kind: _kind, eventId, timestampMs: _at, rerunOf: _rerun, retryOf: _retry, ...start } = event;
      return { kind: 'startChild', taskId: eventId, start: { ...start, parent: parentLink(state, eventId) } };
    }
    default:
      return undefined;
  }
}

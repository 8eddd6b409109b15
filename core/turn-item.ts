import type { Lease } from './engine-port.js';
import type { Turn } from './orchestration/assemble.js';
import type { HistoryEvent } from './orchestration/history-event.js';
import type { TurnItem } from './worker-port.js';

/** A turn as a worker gets it: what it has answered before is past, the rest is new. */
export function turnItem(component: string, lease: Lease, turn: Turn): TurnItem {
  const { state } = lease;
  const pastCount = state.unseenFrom ?? state.eventCount;
  const unseen = pastCount < state.eventCount ? lease.history(pastCount, state.eventCount) : [];
  const started = state.started ?? startedIn(turn.events);
  return {
    component,
    instanceId: lease.instanceId,
    executionId: started?.executionId ?? '',
    generation: state.generation,
    workflowName: started?.name ?? '',
    leaseToken: lease.token,
    pastCount,
    newEvents: unseen.length === 0 ? turn.events : [...unseen, ...turn.events],
    past: (from) => lease.history(from, pastCount),
  };
}

function startedIn(events: readonly HistoryEvent[]): { name: string; executionId: string } | undefined {
  for (const event of events) if (event.kind === 'executionStarted') return event;
  return undefined;
}

import { legal, type HistoryEvent } from '../../core/orchestration/index.js';
import { Api, type Shown } from './api.js';
import { eventsOfView } from './history-view.js';
import type { LifeLog } from './life.js';
import { sumOf, type Progress } from './program.js';
import { runsOf, type WorkLog } from './work-log.js';

/** Everything that must hold once all instances rest: what was acknowledged, what is shown, what ran. */
export async function checkAtRest(
  api: Api,
  lives: readonly LifeLog[],
  work: WorkLog,
  kills: number,
): Promise<string[]> {
  const listed = await listAll(api);
  const violations = lives.flatMap((life) => [...life.violations, ...checkEnd(life), ...checkListed(life, listed)]);
  const unique = new Set<string>();
  for (const shown of listed) {
    if (unique.has(shown.instanceId)) violations.push(`${shown.instanceId}: listed twice`);
    unique.add(shown.instanceId);
    violations.push(...(await checkInstance(api, shown, work, kills)));
  }
  return violations;
}

/** Counts for the summary. */
export interface Totals {
  readonly instances: number;
  readonly completed: number;
  readonly terminated: number;
  readonly purged: number;
  readonly events: number;
  readonly activityRuns: number;
  readonly repeatedRuns: number;
}

export function totalsOf(lives: readonly LifeLog[], work: WorkLog): Totals {
  const ended = (status: string): number => lives.filter((life) => life.end?.status === status).length;
  const runs = [...work.values()];
  const activityRuns = runs.reduce((sum, count) => sum + count, 0);
  return {
    instances: lives.length,
    completed: ended('COMPLETED'),
    terminated: ended('TERMINATED'),
    purged: lives.filter((life) => life.purged).length,
    events: lives.reduce((sum, life) => sum + life.raised.length, 0),
    activityRuns,
    repeatedRuns: activityRuns - runs.length,
  };
}

/** What a client can say about the end of its instance. */
export function checkEnd(life: LifeLog): string[] {
  const { end, instanceId } = life;
  if (!end) return [`${instanceId}: did not come to rest; ${JSON.stringify(life)}`];
  if (end.status === 'TERMINATED') return life.terminated ? [] : [`${instanceId}: terminated by nobody`];
  if (end.status !== 'COMPLETED') return [`${instanceId}: ended as ${end.status}: ${JSON.stringify(end.failure)}`];
  const { sum, events } = JSON.parse(end.outputText ?? 'null') as Progress;
  const expected = sumOf(life.ops);
  const wrongSum = sum === expected ? [] : [`${instanceId}: the sum is ${sum}, not ${expected}`];
  return [...wrongSum, ...checkOrder(life, events)];
}

/** Events arrive once and in order; one may be missing only when its answer was lost. */
function checkOrder(life: LifeLog, events: readonly number[]): string[] {
  let next = 0;
  for (const event of events) {
    while (life.raised[next]?.outcome === 'unknown' && life.raised[next]?.data !== event) next += 1;
    if (life.raised[next]?.data !== event) {
      return [`${life.instanceId}: took events ${events.join(' ')} of ${JSON.stringify(life.raised)}`];
    }
    next += 1;
  }
  return [];
}

function checkListed(life: LifeLog, listed: readonly Shown[]): string[] {
  const shown = listed.find((one) => one.instanceId === life.instanceId);
  if (life.purged) return shown ? [`${life.instanceId}: purged and still listed`] : [];
  if (!shown) return [`${life.instanceId}: started and not listed`];
  if (!life.end || shown.status === life.end.status) return [];
  return [`${life.instanceId}: was ${life.end.status}, is ${shown.status}`];
}

/** Roots and children alike: at rest, the same by every read, its history one the model could have made, its work done. */
async function checkInstance(api: Api, shown: Shown, work: WorkLog, kills: number): Promise<string[]> {
  const { instanceId, status } = shown;
  const got = await api.get(instanceId);
  const now = (got.body as Shown | undefined)?.status;
  if (now !== status) return [`${instanceId}: the list says ${status}, get says ${now ?? got.status}`];
  if (!['COMPLETED', 'TERMINATED'].includes(status)) return [`${instanceId}: rests as ${status}`];
  const { body, outcome } = await api.history(instanceId);
  if (outcome !== 'acknowledged') return [`${instanceId}: its history cannot be read`];
  const history = eventsOfView(body);
  const ran = history.flatMap((event) =>
    event.kind === 'taskScheduled' && runsOf(work, event) > 0 ? [event.eventId] : [],
  );
  const broken = legal(history, { quiescent: true }, { ran });
  return [
    ...broken.map(({ rule, index, detail }) => `${instanceId}: ${rule} (event ${index}: ${detail})`),
    ...checkRuns(instanceId, status, history, work, kills),
  ];
}

/** An activity runs at least once, and more often only because a host died. */
function checkRuns(
  instanceId: string,
  status: string,
  history: readonly HistoryEvent[],
  work: WorkLog,
  kills: number,
): string[] {
  const violations: string[] = [];
  for (const event of history) {
    if (event.kind !== 'taskScheduled') continue;
    const runs = runsOf(work, event);
    if (runs === 0 && status === 'COMPLETED') violations.push(`${instanceId}: activity ${event.eventId} never ran`);
    if (runs > 1 + kills) violations.push(`${instanceId}: activity ${event.eventId} ran ${runs} times, ${kills} kills`);
  }
  return violations;
}

async function listAll(api: Api): Promise<Shown[]> {
  const all: Shown[] = [];
  let token: string | undefined;
  do {
    const { outcome, status, body } = await api.list(token);
    if (outcome !== 'acknowledged') throw new Error(`list answered ${status}`);
    const page = body as { instances: readonly Shown[]; continuationToken?: string };
    all.push(...page.instances);
    token = page.continuationToken;
  } while (token !== undefined);
  return all;
}

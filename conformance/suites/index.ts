import type { ConformanceCase, Suite } from '../case.js';
import { absentSuite } from './absent.js';
import { activitySuite } from './activities.js';
import { childSuite } from './children.js';
import { controlSuite } from './control.js';
import { crashSuite } from './crash.js';
import { eventSuite } from './events.js';
import { idSuite } from './ids.js';
import { continueAsNewSuite, patternSuite, statusSuite, versionSuite } from './lifecycle.js';
import { operationSuite, repeatSuite } from './operations.js';
import { payloadSuite } from './payloads.js';
import { randomSuite, usualSeeds } from './random.js';
import { getSuite, historySuite, listSuite, waitSuite } from './reading.js';
import { rerunSuite } from './rerun.js';
import { purgeSuite, raceSuite, startSuite } from './starting.js';
import { timerSuite } from './timers.js';

/** Everything the suite promises, in the order a report shows it. */
export const suites: readonly Suite[] = [
  operationSuite,
  repeatSuite,
  controlSuite,
  startSuite,
  getSuite,
  waitSuite,
  idSuite,
  payloadSuite,
  purgeSuite,
  listSuite,
  historySuite,
  rerunSuite,
  activitySuite,
  timerSuite,
  eventSuite,
  childSuite,
  continueAsNewSuite,
  statusSuite,
  versionSuite,
  patternSuite,
  raceSuite,
  randomSuite(),
  crashSuite,
  absentSuite,
];

/** The suite with another number of random programs. */
export function suitesWith(seeds = usualSeeds): readonly Suite[] {
  return seeds === usualSeeds ? suites : suites.map((one) => (one.name === 'random' ? randomSuite(seeds) : one));
}

export const allCases: readonly ConformanceCase[] = suites.flatMap(({ cases }) => cases);

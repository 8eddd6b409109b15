import type { V1Route } from '../route.js';
import { purge, raiseEvent, resume, rerun, suspend, terminate } from './controls.js';
import { getComponent, health, listComponents } from './host-routes.js';
import { get, history, list, purgeByFilter, wait } from './reads.js';
import { start } from './start.js';

/** Our own API, in the order of the document. */
export const v1Routes: readonly V1Route[] = [
  listComponents,
  getComponent,
  health,
  start,
  list,
  get,
  history,
  wait,
  raiseEvent,
  suspend,
  resume,
  terminate,
  rerun,
  purge,
  purgeByFilter,
];

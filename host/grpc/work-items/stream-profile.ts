import type { Metadata } from '@grpc/grpc-js';
import type { Dialect, WorkerHello } from '../../../proto/index.js';

/** How many items a stream may hold. */
export interface Credit {
  readonly turns: number;
  readonly activities: number;
  readonly total: number;
}

/** What is known about the worker at the far end of a stream. Fixed while the stream lasts. */
export interface StreamProfile {
  readonly dialect: Dialect;
  readonly credit: Credit;
  /** Keeps history between turns: gets only what it lacks. */
  readonly keepsHistory: boolean;
  /** Comes back only after a stream that was ended in order: its SDK takes a first stream that fails for the end. */
  readonly wantsCleanEnd: boolean;
  /** Our own SDK: has the closures of `step`, and says which version it is. */
  readonly sdk?: string;
  readonly userAgent: string;
}

/**
 * The JavaScript SDK runs 10 items, queues 100 more and silently drops the rest: stay below, and leave room for turns
 * beside the activities.
 */
const javascriptCredit: Credit = { turns: 100, activities: 90, total: 100 };

/** Other SDKs queue without a bound or run 100 of each kind; none drops items. */
const defaultCredit: Credit = { turns: 100, activities: 100, total: 200 };

/** A worker's own figure is taken up to here: what is out is lost to others while the worker is slow. */
const maxDeclared = 1_000;

const sdkKey = 'x-wfhost-sdk';

export function profileOf(hello: WorkerHello, metadata: Metadata): StreamProfile {
  const userAgent = textOf(metadata, 'user-agent');
  const sdk = textOf(metadata, sdkKey);
  return {
    dialect: dialectOf(hello, metadata, userAgent, sdk !== ''),
    credit: creditOf(hello, userAgent, sdk !== ''),
    keepsHistory: hello.statefulHistory,
    wantsCleanEnd: /dapr-js-sdk|durabletask-js/.test(userAgent),
    userAgent,
    ...(sdk === '' ? {} : { sdk }),
  };
}

/**
 * Which reading of the clashing field numbers a worker has, strongest sign first. A figure for concurrency alone is sent
 * by workers of both families and leaves it open; neutral leaves the clashing fields out and suits everybody. A worker
 * that shows nothing is one of Dapr's: their Java and .NET SDKs send an empty request, and this is Dapr's port.
 */
function dialectOf(hello: WorkerHello, metadata: Metadata, userAgent: string, isOurs: boolean): Dialect {
  if (isOurs) return 'dapr';
  if (textOf(metadata, 'taskhub') !== '' || textOf(metadata, 'x-user-agent').startsWith('durabletask-')) return 'ms';
  if (hello.dialectHint) return hello.dialectHint;
  return isJavascript(userAgent) || declaresConcurrency(hello) ? 'neutral' : 'dapr';
}

function creditOf(hello: WorkerHello, userAgent: string, isOurs: boolean): Credit {
  if (declaresConcurrency(hello)) {
    const turns = Math.min(hello.maxTurns ?? defaultCredit.turns, maxDeclared);
    const activities = Math.min(hello.maxActivities ?? defaultCredit.activities, maxDeclared);
    return { turns, activities, total: turns + activities };
  }
  return isJavascript(userAgent) && !isOurs ? javascriptCredit : defaultCredit;
}

function declaresConcurrency({ maxTurns, maxActivities }: WorkerHello): boolean {
  return maxTurns !== undefined || maxActivities !== undefined;
}

function isJavascript(userAgent: string): boolean {
  return /grpc-node-js|dapr-js-sdk|durabletask-js/.test(userAgent);
}

function textOf(metadata: Metadata, key: string): string {
  return metadata.get(key)[0]?.toString() ?? '';
}

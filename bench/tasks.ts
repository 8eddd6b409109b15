import type { Task } from './child.js';

/** What a child process does, by name. The argument was written by the parent of the same build. */
export async function runTask({ task, argument }: Task): Promise<unknown> {
  switch (task) {
    case 'loop':
      return (await import('./closed-loop.js')).measureLoop(argument as never);
    case 'steps':
      return (await import('./report-steps.js')).measureSteps(argument as never);
    case 'idle-fill':
      return (await import('./report-idle.js')).fillIdle(argument as never);
    case 'idle-open':
      return (await import('./report-idle.js')).openIdle(argument as never);
    case 'startup':
      return (await import('./report-startup.js')).startupOnce(argument as never);
    case 'http-serve':
      return (await import('./report-http.js')).serveHttp(argument as never);
    case 'http-load':
      return (await import('./report-http.js')).measureHttp(argument as never);
    case 'workers-serve':
      return (await import('./report-workers.js')).serveWorkers(argument as never);
    case 'workers-load':
      return (await import('./worker-load.js')).measureWorkerLoad(argument as never);
    default:
      throw new Error(`unknown task "${task}"`);
  }
}

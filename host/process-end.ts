import type { Logger } from '../core/index.js';

export interface ProcessEnd {
  readonly exitCode: number;
  /** Leaves signals and faults to whoever comes next. */
  readonly release: () => void;
}

const signals = ['SIGTERM', 'SIGINT'] as const;

/**
 * Resolves at the first reason to end: a signal, or a promise rejected with nobody listening (a bug in the host or a
 * plug-in; an SDK handles what its own workflows reject). The second signal ends the process without further ado, and so
 * does an exception that nobody caught: nothing is known about the state then, and what was acknowledged is on disk.
 */
export function untilEnded(logger: Logger): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    let ending = false;
    const end = (exitCode: number): void => {
      ending = true;
      resolve({ exitCode, release });
    };
    const onSignal = (signal: NodeJS.Signals): void => {
      logger.info({ signal }, ending ? 'ending at once' : 'ending');
      if (ending) process.exit(1);
      end(0);
    };
    const onRejection = (error: unknown): void => {
      logger.error({ err: error }, 'a promise was rejected and nobody handled it');
      end(1);
    };
    const onException = (error: unknown): void => {
      logger.error({ err: error }, 'an exception was not caught');
      process.exit(1);
    };
    const release = (): void => {
      for (const signal of signals) process.off(signal, onSignal);
      process.off('unhandledRejection', onRejection);
      process.off('uncaughtException', onException);
    };
    for (const signal of signals) process.on(signal, onSignal);
    process.on('unhandledRejection', onRejection);
    process.on('uncaughtException', onException);
  });
}

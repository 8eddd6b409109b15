import type { ExitName } from './exit-codes.js';

/** A failure to tell the user about: what was wrong, what to do about it, and the exit code it ends with. */
export class CliFailure extends Error {
  override readonly name = 'CliFailure';
  readonly exit: ExitName;
  /** What to do now, in a sentence. */
  readonly remedy: string | undefined;

  constructor(exit: ExitName, message: string, options: { readonly remedy?: string; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.exit = exit;
    this.remedy = options.remedy;
  }
}

/** A command line that cannot be understood. */
export function usage(message: string, remedy?: string): CliFailure {
  return new CliFailure('usage', message, remedy === undefined ? {} : { remedy });
}

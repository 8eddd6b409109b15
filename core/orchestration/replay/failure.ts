import type { FailureDetails } from '../history-event.js';

/** Longest chain of causes that is kept: a cycle or a deep chain must not fill a history. */
const maxCauses = 8;

/**
 * What was thrown, in the form that crosses engines and languages. The type is the error's own name, else the name of its
 * class. An error with `nonRetriable: true` is final. Total: whatever was thrown has a form.
 */
export function failureOf(thrown: unknown, depth = 0): FailureDetails {
  if (!isErrorLike(thrown)) return { errorType: typeof thrown, errorMessage: describeThrown(thrown) };
  const { cause, stack } = thrown;
  const final = 'nonRetriable' in thrown && thrown.nonRetriable === true;
  return {
    errorType: typeOf(thrown),
    errorMessage: thrown.message,
    ...(typeof stack === 'string' ? { stackTrace: stack } : {}),
    ...(cause === undefined || depth >= maxCauses ? {} : { inner: failureOf(cause, depth + 1) }),
    ...(final ? { nonRetriable: true } : {}),
  };
}

/** An error that shows a recorded failure: its name is the type, its cause the failure below it. */
export class RecordedFailure extends Error {
  override readonly name: string;
  readonly nonRetriable: boolean;

  constructor(failure: FailureDetails) {
    super(failure.errorMessage, failure.inner ? { cause: new RecordedFailure(failure.inner) } : undefined);
    this.name = failure.errorType;
    this.nonRetriable = failure.nonRetriable === true;
    this.stack = failure.stackTrace ?? `${failure.errorType}: ${failure.errorMessage}`;
  }
}

/** By its shape: an error may come from another realm, where it is no instance of this one's class. */
function isErrorLike(thrown: unknown): thrown is Error {
  return typeof thrown === 'object' && thrown !== null && 'message' in thrown && typeof thrown.message === 'string';
}

function typeOf({ name, constructor }: Error): string {
  if (typeof name === 'string' && name !== '' && name !== 'Error') return name;
  return typeof constructor === 'function' && constructor.name !== '' ? constructor.name : 'Error';
}

function describeThrown(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  try {
    return JSON.stringify(thrown) ?? String(thrown);
  } catch {
    return Object.prototype.toString.call(thrown);
  }
}

import { stepPrefix } from '../../core/worker-port.js';
import type { Reading } from '../../core/orchestration/replay/index.js';
import { ActivityFailed, ChildFailed, InvalidInput } from './errors.js';
import { decode } from './json.js';
import { parse, type StandardSchema } from './schema.js';

const unknownFailure = { errorType: 'Unknown', errorMessage: 'no details were recorded' };

const activityReading: Reading<unknown> = {
  value: decode,
  error: (failure, name) => new ActivityFailed(activityName(name), failure ?? unknownFailure),
};

const childReading: Reading<unknown> = {
  value: decode,
  error: (failure, name) => new ChildFailed(name, failure),
};

/** Results are what the types say, as far as JSON can carry it: nothing checks them again. */
export function readActivity<Output>(): Reading<Output> {
  return activityReading as Reading<Output>;
}

export function readChild<Output>(): Reading<Output> {
  return childReading as Reading<Output>;
}

export function readEvent<Payload>(name: string, schema: StandardSchema | undefined): Reading<Payload> {
  return {
    value: (data) => parse(name, schema, decode(data)) as Payload,
    error: () => new InvalidInput(name, 'it cannot be read'),
  };
}

/** The name an author knows. */
export function activityName(name: string): string {
  return name.startsWith(stepPrefix) ? name.slice(stepPrefix.length) : name;
}

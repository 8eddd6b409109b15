import { create } from '@bufbuild/protobuf';
import { TimestampSchema, type Timestamp } from '@bufbuild/protobuf/wkt';
import { WorkflowError } from '../../core/errors.js';

/** Seconds of 9999-12-31T23:59:59Z, the last a `Timestamp` can hold. */
const lastSecond = 253_402_300_799n;

/** A `Timestamp` from epoch ms. */
export function toTimestamp(ms: number): Timestamp {
  const seconds = Math.floor(ms / 1000);
  return create(TimestampSchema, { seconds: BigInt(seconds), nanos: (ms - seconds * 1000) * 1_000_000 });
}

/** Epoch ms of a `Timestamp` in a request; absent stays absent. Throws `ERR_REQUEST_MALFORMED`. */
export function msOf(timestamp: Timestamp | undefined): number | undefined {
  if (!timestamp) return undefined;
  const { seconds, nanos } = timestamp;
  if (seconds > lastSecond || seconds < -lastSecond || nanos < 0 || nanos > 999_999_999) {
    throw new WorkflowError('ERR_REQUEST_MALFORMED', { reason: `timestamp of ${seconds} s is out of range` });
  }
  return Number(seconds) * 1000 + Math.floor(nanos / 1_000_000);
}

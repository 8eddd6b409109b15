import { Reader } from '../../../proto/wire/reader.js';
import type { Claim } from './assignments.js';

type NamedItem = Omit<Claim, 'peer'>;

/**
 * Which item a turn's answer is meant for. Looks at the outermost fields alone, so that it also tells of an answer that
 * cannot be read as a whole; what comes after the first senseless byte counts as absent.
 */
export function peekTurnClaim(bytes: Uint8Array): NamedItem {
  const claim = { token: '', instanceId: '' };
  eachField(bytes, (reader) => {
    if (reader.field === 1) claim.instanceId = reader.string();
    else if (reader.field === 4) claim.token = reader.string();
    else reader.skip();
  });
  return claim;
}

/** The same for an activity's answer. */
export function peekActivityClaim(bytes: Uint8Array): NamedItem {
  const claim = { token: '', instanceId: '', taskId: 0 };
  eachField(bytes, (reader) => {
    if (reader.field === 1) claim.instanceId = reader.string();
    else if (reader.field === 2) claim.taskId = reader.int32();
    else if (reader.field === 5) claim.token = reader.string();
    else reader.skip();
  });
  return claim;
}

function eachField(bytes: Uint8Array, take: (reader: Reader) => void): void {
  const reader = new Reader(bytes);
  try {
    while (reader.next(reader.end)) take(reader);
  } catch {
    // What was read until here is all there is to know.
  }
}

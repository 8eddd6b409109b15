import { createHash } from 'node:crypto';
import { WorkflowError } from '../../../core/index.js';

const checkBytes = 6;

/** Where a list goes on, as an opaque token: a creation number, and a check that it is one of this store's own. */
export function pageToken(storeId: string, afterNo: number): string {
  const body = Buffer.alloc(8);
  body.writeDoubleBE(afterNo);
  return Buffer.concat([body, check(storeId, body)]).toString('base64url');
}

/** Throws `ERR_CONTINUATION_TOKEN_INVALID`. */
export function readPageToken(storeId: string, token: string): number {
  const bytes = Buffer.from(token, 'base64url');
  const body = bytes.subarray(0, 8);
  const genuine = bytes.length === 8 + checkBytes && check(storeId, body).equals(bytes.subarray(8));
  if (!genuine || bytes.toString('base64url') !== token) {
    throw new WorkflowError('ERR_CONTINUATION_TOKEN_INVALID', { token });
  }
  return body.readDoubleBE();
}

function check(storeId: string, body: Uint8Array): Buffer {
  return createHash('sha256').update(storeId).update(body).digest().subarray(0, checkBytes);
}

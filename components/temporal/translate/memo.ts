import type { temporal } from '@temporalio/proto';
import { isNullPayload, textOfOne } from './payload.js';

type Memo = temporal.api.common.v1.IMemo;

export const customStatusKey = 'wfh.customStatus';
/** In the memo of a run that is stalled, so that a host that begins finds it. */
export const stalledKey = 'wfh.stalled';

/** The custom status in a memo; undefined: none, or it is removed. */
export function memoValue(memo: Memo | null | undefined): string | undefined {
  const payload = memo?.fields?.[customStatusKey];
  return !payload || isNullPayload(payload) ? undefined : (JSON.parse(textOfOne(payload)) as string);
}

/** Whether the memo says anything of the custom status. */
export function tellsCustomStatus(memo: Memo | null | undefined): boolean {
  return memo?.fields?.[customStatusKey] !== undefined;
}

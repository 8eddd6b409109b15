import { status } from '@grpc/grpc-js';

/** Where this host answers differently on purpose; `docs/dapr-compatibility.md` tells users. */
export interface Difference {
  readonly cases: RegExp;
  readonly why: string;
  /** What is answered instead; absent: the recorded code. */
  readonly code?: status;
  /** What of the record does not hold here: the response, or what the instance looks like afterwards. */
  readonly notBody?: true;
  readonly notAfter?: true;
}

/** For every recorded call at most one entry holds. */
export const differences: Readonly<Record<'grpc' | 'taskhub', readonly Difference[]>> = {
  grpc: [
    {
      cases: /^start-same-id\/(pending|running|suspended)$/,
      why: 'a conflict is told as one',
      code: status.ALREADY_EXISTS,
    },
    { cases: /^(pause|resume)\/pending$/, why: 'the start time is kept', notAfter: true },
    { cases: /^purge\/pending$/, why: 'it exists, and has not ended', code: status.INTERNAL },
    {
      cases: /\/other-component$/,
      why: 'the component is chosen by its name',
      code: status.INVALID_ARGUMENT,
      notBody: true,
    },
    { cases: /^side\/GetMetadata$/, why: 'there are no actors, no state store and no scheduler here', notBody: true },
  ],
  taskhub: [
    { cases: /^(raise|suspend)\/pending$/, why: 'the start time is kept', notAfter: true },
    { cases: /^purgeRecursive\/pending$/, why: 'it exists, and has not ended', code: status.UNKNOWN },
    { cases: /^start\/generated-id$/, why: 'an id is made up', code: status.OK, notBody: true },
    { cases: /^start\/id-(slash|newline)$/, why: 'any id works', code: status.OK, notBody: true },
    { cases: /^start\/empty-input$/, why: 'protobuf JSON writes an empty text as one', notAfter: true },
    { cases: /^start\/version\+tags/, why: 'version and tags are shown', notAfter: true },
    {
      cases: /^[A-Z]\w+\/empty-id$/,
      why: 'a call on no instance is wrong',
      code: status.INVALID_ARGUMENT,
      notBody: true,
    },
    { cases: /^get\/child$/, why: 'the parent is shown', notBody: true },
    { cases: /^(terminate|purge)\/(non-)?recursive(-live-child)?$/, why: 'the parent is shown', notAfter: true },
    { cases: /^purge\/by-filter$/, why: 'it is implemented', code: status.OK, notBody: true },
    { cases: /^list\//, why: 'the transcript has counts only', notBody: true },
    { cases: /^unimplemented\//, why: 'says what it is', code: status.UNIMPLEMENTED },
  ],
};

/** Without a worker Dapr refuses or never answers; here it makes no difference but that starts and waits are parked. */
export function codeWithoutWorker(operation: string, state: string): status {
  const isOpen = state === 'pending' || state === 'running' || state === 'suspended';
  if (operation === 'start') return isOpen ? status.ALREADY_EXISTS : status.DEADLINE_EXCEEDED;
  if (operation === 'rerun') return isOpen ? status.INVALID_ARGUMENT : status.NOT_FOUND;
  if (operation === 'waitCompletion') return isOpen || state === 'none' ? status.DEADLINE_EXCEEDED : status.OK;
  if (operation === 'history' && state === 'none') return status.NOT_FOUND;
  if (operation === 'purge' && isOpen) return status.UNKNOWN;
  return state === 'none' && operation !== 'get' ? status.UNKNOWN : status.OK;
}

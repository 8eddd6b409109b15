import type { FailureDetails, FireTime } from '../../core/orchestration/index.js';
import type { Message } from './client.js';

/** Small values of the wire: wrapped texts, times, failures. Absent stays absent. */

export const wrapped = (text: string | undefined): Message | undefined =>
  text === undefined ? undefined : { value: text };

/** An empty text travels as a wrapper without a value. */
export function unwrapped(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return ((value as Message)['value'] as string | undefined) ?? '';
}

export const text = (value: unknown): string => (typeof value === 'string' ? value : '');
export const number = (value: unknown): number => (typeof value === 'number' ? value : 0);
export const message = (value: unknown): Message => (value ?? {}) as Message;
export const messages = (value: unknown): readonly Message[] => (Array.isArray(value) ? (value as Message[]) : []);

export function timestamp({ ms, subNanos = 0 }: FireTime): Message {
  const seconds = Math.floor(ms / 1000);
  return { seconds, nanos: (ms - seconds * 1000) * 1_000_000 + subNanos };
}

export function fireTime(value: unknown): FireTime {
  const { seconds, nanos } = message(value);
  const subNanos = number(nanos) % 1_000_000;
  const ms = number(seconds) * 1000 + Math.floor(number(nanos) / 1_000_000);
  return subNanos === 0 ? { ms } : { ms, subNanos };
}

export function failureFrom(value: unknown): FailureDetails | undefined {
  if (value === undefined || value === null) return undefined;
  const details = message(value);
  const stackTrace = unwrapped(details['stackTrace']);
  const inner = failureFrom(details['innerFailure']);
  return {
    errorType: text(details['errorType']),
    errorMessage: text(details['errorMessage']),
    ...(stackTrace === undefined ? {} : { stackTrace }),
    ...(inner ? { inner } : {}),
    ...(details['isNonRetriable'] ? { nonRetriable: true } : {}),
  };
}

export function failureTo(failure: FailureDetails | undefined): Message | undefined {
  if (!failure) return undefined;
  return defined({
    errorType: failure.errorType,
    errorMessage: failure.errorMessage,
    stackTrace: wrapped(failure.stackTrace),
    innerFailure: failureTo(failure.inner),
    isNonRetriable: failure.nonRetriable,
  });
}

/** Without the members that are undefined. */
export function defined(members: Readonly<Record<string, unknown>>): Message {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

import { usage } from '../failure.js';
import { nearest } from './suggest.js';
import type { FlagSpec } from '../table/spec.js';

/** Turns the text of one value into what the action gets. `where` names the flag or variable in messages. */
export function parseValue(spec: FlagSpec, text: string, where: string, nowMs: number): string | number | boolean {
  switch (spec.kind) {
    case 'switch':
      return parseSwitch(text, where);
    case 'text':
      return text;
    case 'choice':
      return parseChoice(spec.choices, text, where);
    case 'integer':
      return parseInteger(spec, text, where);
    case 'duration':
      return parseDuration(text) ?? fail(`${where}: "${text}" is not a duration`, 'Write it like 90s, 1h30m or 3d.');
    case 'moment':
      return (
        parseMoment(text, spec.direction, nowMs) ??
        fail(`${where}: "${text}" is neither a time nor a duration`, 'Write 2030-01-31T12:00:00Z, 2030-01-31 or 24h.')
      );
  }
}

/** A switch has a value only where it comes from the environment. */
function parseSwitch(text: string, where: string): boolean {
  if (['1', 'true', 'yes', 'on'].includes(text.toLowerCase())) return true;
  if (['', '0', 'false', 'no', 'off'].includes(text.toLowerCase())) return false;
  return fail(`${where}: "${text}" is neither true nor false`);
}

export function parseChoice(choices: readonly string[], text: string, where: string): string {
  const exact =
    choices.find((choice) => choice === text) ?? choices.find((choice) => choice.toLowerCase() === text.toLowerCase());
  if (exact !== undefined) return exact;
  const near = nearest(text, choices);
  return fail(`${where}: "${text}" is not one of ${choices.join(', ')}`, near && `Did you mean ${near}?`);
}

function parseInteger(spec: { readonly min: number; readonly max: number }, text: string, where: string): number {
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= spec.min && value <= spec.max) return value;
  return fail(`${where}: "${text}" is not a whole number from ${spec.min} to ${spec.max}`);
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90s`, `1.5h`, `2h45m`, `3d`: milliseconds, rounded. A bare number is refused: its unit would be a guess. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(count) * (unitMs[unit ?? ''] ?? Number.NaN);
  }
  return Number.isSafeInteger(Math.round(total)) ? Math.round(total) : undefined;
}

const timestamp = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** Epoch ms. A time without a zone is UTC, as everything the host prints. */
export function parseMoment(text: string, direction: 'past' | 'future', nowMs: number): number | undefined {
  const span = parseDuration(text);
  if (span !== undefined) return direction === 'past' ? nowMs - span : nowMs + span;
  const match = timestamp.exec(text);
  if (!match) return undefined;
  const zoned = match[1] === undefined || match[4] !== undefined ? text : `${text}Z`;
  const ms = Date.parse(zoned.replace(' ', 'T'));
  return Number.isNaN(ms) ? undefined : ms;
}

function fail(message: string, remedy?: string): never {
  throw usage(message, remedy);
}

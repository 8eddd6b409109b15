/** Colours by meaning, none of them needed to understand the text. */
export const tints = { good: 32, bad: 31, active: 36, waiting: 33, dim: 2, bold: 1 } as const;
export type Tint = keyof typeof tints;

export type Paint = (text: string, tint: Tint | undefined) => string;

/** Colours when asked for, or on a terminal that has not refused them. */
export function paintFor(
  color: 'auto' | 'always' | 'never',
  isTty: boolean,
  env: Readonly<Record<string, string | undefined>>,
): Paint {
  const refused = Boolean(env['NO_COLOR']) || env['TERM'] === 'dumb';
  const on = color === 'always' || (color === 'auto' && isTty && !refused);
  return on ? (text, tint) => (tint && text !== '' ? `\u001b[${tints[tint]}m${text}\u001b[0m` : text) : (text) => text;
}

const statusTints: Readonly<Record<string, Tint>> = {
  COMPLETED: 'good',
  FAILED: 'bad',
  TERMINATED: 'bad',
  CANCELED: 'bad',
  STALLED: 'bad',
  RUNNING: 'active',
  PENDING: 'waiting',
  SUSPENDED: 'waiting',
};

export function statusTint(status: string): Tint | undefined {
  return statusTints[status];
}

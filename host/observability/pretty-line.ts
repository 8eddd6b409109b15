import { inspect } from 'node:util';

/** A JSON log line for people: time of day, level, message, then the fields. A line that is no JSON stays as it is. */
export function prettyLine(line: string): string {
  const entry = parse(line);
  if (!entry) return line;
  const { level, time, msg, err, ...fields } = entry;
  const rest = Object.entries(fields).map(([name, value]) => ` ${name}=${show(value)}`);
  const stack = isRecord(err) && typeof err['stack'] === 'string' ? `\n  ${err['stack'].replaceAll('\n', '\n  ')}` : '';
  return `${String(time).slice(11, 23)} ${String(level).padEnd(5)} ${String(msg)}${rest.join('')}${stack}\n`;
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function show(value: unknown): string {
  if (typeof value === 'string') return /^[\w.:/@-]+$/.test(value) ? value : JSON.stringify(value);
  return inspect(value, { breakLength: Infinity, depth: 4 });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

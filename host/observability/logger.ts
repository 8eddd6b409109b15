import type { LogFields, Logger } from '../../core/index.js';
import { prettyLine } from './pretty-line.js';
import { Secrets } from './secrets.js';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly format: 'json' | 'pretty';
  /** Struck from every line, wherever in it they stand. */
  readonly secrets?: Secrets;
  /** Merged into every line at the time it is written (trace ids). */
  readonly mixin?: () => LogFields;
  /** Takes whole lines; standard output by default. */
  readonly write?: (line: string) => void;
}

/** A logger whose lines can get further fields. */
export interface HostLogger extends Logger {
  child(fields: LogFields): HostLogger;
}

/** Fields that may hold a credential by accident: whoever logs a request or a spec. */
const redacted = [
  'properties',
  '*.properties',
  'apiTokens',
  '*.apiTokens',
  '*["dapr-api-token"]',
  '*.*["dapr-api-token"]',
];

/** JSON lines: level, time (RFC 3339), the fields, `msg`. pino is loaded only when something can be logged. */
export async function createLogger(options: LoggerOptions): Promise<HostLogger> {
  if (options.level === 'silent') return silentLogger;
  const { pino, stdTimeFunctions, stdSerializers } = await import('pino');
  const { secrets = new Secrets([]), mixin, write = (line: string) => void process.stdout.write(line) } = options;
  const form = options.format === 'pretty' ? prettyLine : (line: string): string => line;
  const logger: HostLogger = pino(
    {
      level: options.level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: stdSerializers.err },
      redact: { paths: redacted, censor: '***' },
      ...(mixin ? { mixin: () => ({ ...mixin() }) } : {}),
    },
    { write: (line: string) => write(form(secrets.scrub(line))) },
  );
  return logger;
}

const nothing = (): void => {};
const silentLogger: HostLogger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  child: () => silentLogger,
};

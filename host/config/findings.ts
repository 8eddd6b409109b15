import { WorkflowError } from '../../core/index.js';
import type { Secrets } from '../observability/secrets.js';

/** `error`: the host does not start. `warning`: it does, and probably not as meant. `info`: worth knowing. */
export type Severity = 'error' | 'warning' | 'info';

/** Something to say about one place of a configuration file. */
export interface Finding {
  /** As it was given or found; for a flag or a variable its name. */
  readonly file: string;
  /** From 1; 0 where there are no lines (a flag, an environment variable, a file that could not be read). */
  readonly line: number;
  readonly column: number;
  readonly severity: Severity;
  readonly message: string;
  /** What to write instead. */
  readonly hint?: string;
}

/** `file:line:column: message (hint)`. */
export function describeFinding({ file, line, column, message, hint }: Finding): string {
  const place = line === 0 ? file : `${file}:${line}:${column}`;
  return `${place}: ${message}${hint === undefined ? '' : ` (${hint})`}`;
}

/** The finding without secrets: a message may quote a value. */
export function scrubbed(finding: Finding, secrets: Secrets): Finding {
  const { message, hint } = finding;
  return {
    ...finding,
    message: secrets.scrub(message),
    ...(hint === undefined ? {} : { hint: secrets.scrub(hint) }),
  };
}

/** One error that names all findings of severity `error`; none: returns. Throws `ERR_CONFIG_INVALID`. */
export function refuseErrors(findings: readonly Finding[]): void {
  const errors = findings.filter((finding) => finding.severity === 'error');
  if (errors.length === 0) return;
  throw new WorkflowError('ERR_CONFIG_INVALID', { reason: errors.map(describeFinding).join('\n') });
}

/** Order of files, lines and columns. */
export function byPlace(a: Finding, b: Finding): number {
  return a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column;
}

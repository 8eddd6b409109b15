import { programs, type Outcome, type ProgramName } from './programs.js';

export interface Column {
  readonly language: string;
  readonly component: string;
  readonly outcomes: readonly Outcome[];
}

/** Programs down, language on engine across; every cell that is not plainly `ok` has a note below. */
export function tableOf(columns: readonly Column[]): string {
  const notes: string[] = [];
  const note = (text: string): string => {
    const known = notes.indexOf(text);
    return `[${known >= 0 ? known + 1 : notes.push(text)}]`;
  };
  const cell = (outcome: Outcome): string => {
    if ('skipped' in outcome) return `-  ${note(outcome.skipped)}`;
    if (!outcome.ok) return `FAILED ${note(outcome.detail)}`;
    return outcome.detail === '' ? 'ok' : `ok ${note(outcome.detail)}`;
  };
  const head = ['program', ...columns.map(({ language, component }) => `${language} on ${component}`)];
  const rows = (Object.keys(programs) as ProgramName[]).map((program) => [
    program,
    ...columns.map(({ outcomes }) => cell(outcomeFor(outcomes, program))),
  ]);
  const lines = aligned([head, ...rows]);
  return [...lines, '', ...notes.map((text, index) => `[${index + 1}] ${text}`)].join('\n').trimEnd();
}

function outcomeFor(outcomes: readonly Outcome[], program: ProgramName): Outcome {
  return outcomes.find((outcome) => outcome.program === program) ?? { program, ok: false, detail: 'not run' };
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

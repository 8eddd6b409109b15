import type { FlagValues } from '../table/spec.js';
import type { outputFlags } from '../table/flags.js';
import type { Terminal } from '../terminal.js';
import { paintFor, type Paint } from './style.js';
import { pickColumns, renderRecord, renderTable, type Column } from './table.js';
import { formatTime } from './time.js';

export type OutputFlags = FlagValues<typeof outputFlags>;

/** Prints results in the form the flags ask for. */
export class Printer {
  readonly paint: Paint;
  readonly #flags: OutputFlags;
  readonly #terminal: Terminal;

  constructor(flags: OutputFlags, terminal: Terminal) {
    this.#flags = flags;
    this.#terminal = terminal;
    this.paint = paintFor(flags.color, terminal.isTty, terminal.env);
  }

  /** Whether the result is laid out for people. */
  get forPeople(): boolean {
    return this.#flags.output === 'table' || this.#flags.output === 'wide';
  }

  /** Whether people asked for everything. */
  get wide(): boolean {
    return this.#flags.output === 'wide';
  }

  /** Whether rows can be printed as they come, without knowing all of them. */
  get streams(): boolean {
    return this.#flags.output === 'jsonl' || this.#flags.output === 'ids' || this.#flags.output === 'none';
  }

  /** A time of the API, in the chosen format. */
  time = (time: string | undefined): string => formatTime(time, this.#flags['time-format'], this.#terminal.now());

  /** A list. */
  async rows<T>(rows: readonly T[], columns: readonly Column<T>[], idOf: (row: T) => string): Promise<void> {
    const { output } = this.#flags;
    if (output === 'jsonl') return this.#out(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    if (output === 'ids') return this.#out(rows.map((row) => `${idOf(row)}\n`).join(''));
    if (!this.forPeople) return this.#document(rows);
    return this.#out(renderTable(this.#picked(columns), rows, this.paint, !this.#flags['no-headers']));
  }

  /** One thing. */
  async record<T>(record: T, columns: readonly Column<T>[], id: string): Promise<void> {
    const { output } = this.#flags;
    if (output === 'jsonl') return this.#out(`${JSON.stringify(record)}\n`);
    if (output === 'ids') return this.#out(`${id}\n`);
    if (!this.forPeople) return this.#document(record);
    return this.#out(renderRecord(this.#picked(columns), record, this.paint, !this.#flags['no-headers']));
  }

  /** Checks `--columns` before anything is asked of the server. */
  check<T>(columns: readonly Column<T>[]): void {
    this.#picked(columns);
  }

  #picked<T>(columns: readonly Column<T>[]): readonly Column<T>[] {
    return pickColumns(columns, this.#flags.columns, this.wide);
  }

  async #document(value: unknown): Promise<void> {
    if (this.#flags.output === 'json') this.#out(`${JSON.stringify(value, undefined, 2)}\n`);
    // Loaded for this form only: most calls never need it.
    if (this.#flags.output === 'yaml') this.#out((await import('yaml')).stringify(value));
  }

  #out(text: string): void {
    if (text !== '') this.#terminal.out(text);
  }
}

/**
 * Which family of workers reads what is written. Dapr and Microsoft give some field numbers different meanings:
 *
 * - `dapr`: everything at Dapr's numbers; also the form in which history is stored.
 * - `neutral`: without the fields that another family reads as something else (task execution ids on schedules and
 *   activities, rerun links on children). Every family reads it; the answer to an unknown worker.
 * - `ms`: written as `neutral`; ambiguous fields of answers are read as Microsoft's.
 */
export type Dialect = 'neutral' | 'dapr' | 'ms';

import { setTimeout as pause } from 'node:timers/promises';
import { usage } from '../failure.js';
import { isClosed } from '../../../core/instance.js';
import { Workflows } from '../api/workflows.js';
import type { HistoryEntry, Instance } from '../api/shapes.js';
import { Printer } from '../output/printer.js';
import { printable } from '../output/width.js';
import { statusTint } from '../output/style.js';
import { formatSpan, type TimeFormat } from '../output/time.js';
import type { Terminal } from '../terminal.js';
import { eventDetail, eventNumber, eventTint, instanceColumns } from '../views.js';
import type { Action } from './action.js';
import { outcomeOf } from './outcome.js';

/** How often --follow looks: an event is shown within half a second. */
const lookEveryMs = 250;

export const show: Action<'workflow show'> = async ({ flags, args, terminal }) => {
  const printer = new Printer(flags, terminal);
  if (flags.follow && !printer.forPeople && !printer.streams) {
    throw usage(`--follow prints events as they come: ${flags.output} needs all of them at once`, 'Use -o jsonl.');
  }
  const instanceId = args['instance-id'];
  const workflows = await Workflows.connect(flags, terminal);
  const teller = new Teller(printer, terminal, flags['time-format']);
  const look = new Look(await workflows.get(instanceId));
  teller.begin(look.instance);
  for (;;) {
    await teller.tell(look.instance, await workflows.history(instanceId));
    if (!flags.follow || isClosed(look.instance.status)) break;
    do {
      await pause(lookEveryMs, undefined, { signal: terminal.interrupted });
    } while (look.nothingNew(await workflows.get(instanceId)));
  }
  await teller.end(look.instance);
  return flags.follow ? outcomeOf(look.instance) : 'ok';
};

/** The instance as it was seen last. */
class Look {
  instance: Instance;
  #seenTwice = false;

  constructor(instance: Instance) {
    this.instance = instance;
  }

  /**
   * Whether the history can have nothing that was not told. Two changes may carry the same millisecond, so the first
   * look that finds nothing new is not believed.
   */
  nothingNew(now: Instance): boolean {
    const { lastUpdatedAt, status, executionId } = this.instance;
    const same = now.lastUpdatedAt === lastUpdatedAt && now.status === status && now.executionId === executionId;
    const sure = same && this.#seenTwice;
    this.instance = now;
    this.#seenTwice = same;
    return sure;
  }
}

/** Prints each event once; a new execution (continue-as-new) begins a new list. */
class Teller {
  readonly #printer: Printer;
  readonly #terminal: Terminal;
  readonly #timeFormat: TimeFormat;
  #executionId = '';
  #told = 0;
  #begunAt: string | undefined;

  constructor(printer: Printer, terminal: Terminal, timeFormat: TimeFormat) {
    this.#printer = printer;
    this.#terminal = terminal;
    this.#timeFormat = timeFormat;
  }

  begin({ instanceId, workflowName }: Instance): void {
    if (!this.#printer.forPeople) return;
    this.#terminal.out(`${this.#printer.paint(printable(`${workflowName} ${instanceId}`), 'bold')}\n`);
  }

  async tell({ executionId }: Instance, events: readonly HistoryEntry[]): Promise<void> {
    if (executionId !== this.#executionId) [this.#executionId, this.#told] = [executionId, 0];
    const fresh = events.slice(this.#told);
    this.#told = Math.max(this.#told, events.length);
    this.#begunAt ??= events[0]?.timestamp;
    if (!this.#printer.forPeople) return this.#printer.rows(fresh, [], (event) => String(eventNumber(event) ?? ''));
    // The head of each turn says nothing but that there was one.
    const told = fresh.filter(({ kind }) => this.#printer.wide || kind !== 'workflowStarted');
    for (const event of told) this.#terminal.out(`${this.#line(event)}\n`);
  }

  async end(instance: Instance): Promise<void> {
    if (!this.#printer.forPeople) return;
    const { paint } = this.#printer;
    this.#terminal.out(`${paint(instance.status, statusTint(instance.status))}\n`);
    const shown = instanceColumns(this.#printer.time).filter(({ id }) =>
      ['output', 'failure', 'stalled', 'custom'].includes(id),
    );
    await this.#printer.record(instance, shown, instance.instanceId);
  }

  #line(event: HistoryEntry): string {
    const { paint, wide } = this.#printer;
    const number = eventNumber(event);
    const name = typeof event['name'] === 'string' ? ` ${event['name']}` : '';
    const head = printable(`${event.kind}${number === undefined ? '' : ` #${number}`}${name}`);
    const detail = printable(eventDetail(event, wide));
    return `  ${paint(this.#when(event).padStart(8), 'dim')}  ${paint(head, eventTint(event))}  ${paint(detail, 'dim')}`.trimEnd();
  }

  /** Relative times count from the first event: what took long shows. */
  #when({ timestamp }: HistoryEntry): string {
    if (this.#timeFormat !== 'relative') return this.#printer.time(timestamp);
    return `+${formatSpan(Date.parse(timestamp) - Date.parse(this.#begunAt ?? timestamp))}`;
  }
}

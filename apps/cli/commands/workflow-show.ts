import { setTimeout as pause } from 'node:timers/promises';
import { usage } from '../failure.js';
import { isClosed } from '../../../core/instance.js';
import { Workflows } from '../api/workflows.js';
import type { HistoryEntry, Instance } from '../api/shapes.js';
import { Printer } from '../output/printer.js';
import { printable } from '../output/width.js';
import { statusTint } from '../output/style.js';
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
  let instance = await workflows.get(instanceId);
  const teller = new Teller(printer, terminal);
  teller.begin(instance);
  for (;;) {
    await teller.tell(instance, await workflows.history(instanceId));
    if (!flags.follow || isClosed(instance.status)) break;
    instance = await changed(workflows, instance, terminal.interrupted);
  }
  await teller.end(instance);
  return flags.follow ? outcomeOf(instance) : 'ok';
};

/** Looks until something about the instance is new. */
async function changed(workflows: Workflows, seen: Instance, signal: AbortSignal): Promise<Instance> {
  for (;;) {
    const instance = await workflows.get(seen.instanceId);
    const same =
      instance.lastUpdatedAt === seen.lastUpdatedAt &&
      instance.status === seen.status &&
      instance.executionId === seen.executionId;
    if (!same) return instance;
    await pause(lookEveryMs, undefined, { signal });
  }
}

/** Prints each event once; a new execution (continue-as-new) begins a new list. */
class Teller {
  readonly #printer: Printer;
  readonly #terminal: Terminal;
  #executionId = '';
  #told = 0;

  constructor(printer: Printer, terminal: Terminal) {
    this.#printer = printer;
    this.#terminal = terminal;
  }

  begin({ instanceId, workflowName }: Instance): void {
    if (!this.#printer.forPeople) return;
    this.#terminal.out(`${this.#printer.paint(printable(`${workflowName} ${instanceId}`), 'bold')}\n`);
  }

  async tell({ executionId }: Instance, events: readonly HistoryEntry[]): Promise<void> {
    if (executionId !== this.#executionId) [this.#executionId, this.#told] = [executionId, 0];
    const fresh = events.slice(this.#told);
    this.#told = Math.max(this.#told, events.length);
    if (!this.#printer.forPeople) return this.#printer.rows(fresh, [], (event) => String(eventNumber(event) ?? ''));
    for (const event of fresh) this.#terminal.out(`${this.#line(event)}\n`);
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
    const { paint, time } = this.#printer;
    const number = eventNumber(event);
    const name = typeof event['name'] === 'string' ? ` ${event['name']}` : '';
    const head = `${event.kind}${number === undefined ? '' : ` #${number}`}${name}`;
    const detail = eventDetail(event);
    return `  ${paint(time(event.timestamp).padEnd(10), 'dim')} ${paint(printable(head), eventTint(event))} ${paint(printable(detail), 'dim')}`.trimEnd();
  }
}

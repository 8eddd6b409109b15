/** What every client app runs, in this order, and what each program shows. An app that cannot express one says why. */
export const programs = {
  chain: 'three activities, one after the other',
  greetings: 'a list in, an activity for each of five, a list out',
  'fan-out-100': 'a hundred activities at once',
  'fan-out-500': 'five hundred activities at once',
  'ten-fan-outs': 'ten times a hundred at once, more than some SDKs can take in',
  timer: 'a durable timer of a second, not earlier',
  'far-future-wait': 'an event against a timer in the year 9999',
  'external-event': 'an event with a payload, raised before it is waited for',
  'event-timer-race': 'the event wins, and the timer wins',
  'child-workflows': 'a child and a grandchild',
  'continue-as-new': 'five generations, an event for each, none lost',
  retries: 'a policy: as many attempts as needed, and no more than allowed',
  'failure-details': 'type and message of what an activity threw, caught and uncaught',
  'custom-status': 'as set, while it runs and when it has ended',
  'suspend-resume': 'read back at once; an event that came meanwhile is kept',
  terminate: 'with an output; the child goes too, or stays',
  purge: 'gone afterwards',
  rerun: 'from the second activity, with another input',
  list: 'by pages of two',
  history: 'every event of a chain',
  versions: 'the newest version of a name, and a patch',
  'task-execution-id': 'one for all attempts of a call',
  payloads: 'text of any script, and a megabyte of it',
  'two-workers': 'both work on one instance',
  'worker-killed': 'in the middle of an activity; its sister finishes',
  'host-restarted': 'stopped in order and started again: the worker comes back, its history lost',
  'host-killed': 'after that, without a word',
  'docs-page': 'the page about the SDK, as a reader follows it',
} as const;

export type ProgramName = keyof typeof programs;

/** Not run by the app. */
export const ofTheRunner: ReadonlySet<ProgramName> = new Set(['host-restarted', 'host-killed', 'docs-page']);

/** One line of an app's output. */
export type Outcome =
  | { readonly program: ProgramName; readonly ok: boolean; readonly detail: string }
  | { readonly program: ProgramName; readonly skipped: string };

/** Reads a line an app printed; `undefined`: a line of its SDK's log. */
export function outcomeOf(line: string): Outcome | undefined {
  if (!line.startsWith('{"program":')) return undefined;
  const outcome = JSON.parse(line) as Outcome;
  if (!(outcome.program in programs)) throw new Error(`the app reports an unknown program: ${line}`);
  return outcome;
}

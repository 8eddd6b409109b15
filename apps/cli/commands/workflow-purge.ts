import { Workflows } from '../api/workflows.js';
import { isClosed, type RuntimeStatus } from '../../../core/instance.js';
import { CliFailure, usage } from '../failure.js';
import { readIds } from '../input.js';
import type { Values } from '../table/commands.js';
import type { Action } from './action.js';

type PurgeFlags = Values<'workflow purge'>['flags'];

/** How many ids a count shows. */
const shownIds = 5;

export const purge: Action<'workflow purge'> = async ({ flags, args, terminal }) => {
  const chosen = isChoice(flags);
  const words = args['instance-id'];
  if (chosen && words.length > 0) throw usage('either name instances or choose them with --all…, not both');
  if (!chosen && words.length === 0) {
    throw usage('nothing to purge: name instances, or choose them with --all, --all-older-than or --all-filter-status');
  }
  const workflows = await Workflows.connect(flags, terminal);
  const ids = chosen ? await choose(workflows, flags) : await readIds(words, terminal);
  if (flags['dry-run']) {
    terminal.out(`${summary(ids, 'would be purged')}\n`);
    return 'ok';
  }
  if (chosen && !flags.yes && ids.length > 0) {
    terminal.err(`${summary(ids, 'will be purged')}\n`);
    const answer = await terminal.confirm('Purge them?');
    if (answer === undefined)
      throw usage('a choice of instances is purged only after a confirmation', 'Look with --dry-run, then say -y.');
    if (!answer) return 'ok';
  }
  const removed = await purgeEach(workflows, ids, flags, chosen);
  if (!flags.quiet) terminal.err(`Purged ${removed} ${removed === 1 ? 'instance' : 'instances'}.\n`);
  return 'ok';
};

function isChoice(flags: PurgeFlags): boolean {
  return flags.all || flags['all-older-than'] !== undefined || flags['all-filter-status'].length > 0;
}

/** The frozen list: made once, before anything is counted, shown or removed. */
async function choose(workflows: Workflows, flags: PurgeFlags): Promise<readonly string[]> {
  const olderThan = flags['all-older-than'];
  const status = statusesOf(flags);
  const ids: string[] = [];
  const pages = workflows.pages({
    status,
    pageSize: 1024,
    ...(olderThan === undefined ? {} : { createdToMs: olderThan }),
  });
  for await (const page of pages) ids.push(...page.map(({ instanceId }) => instanceId));
  return ids;
}

function statusesOf(flags: PurgeFlags): readonly RuntimeStatus[] {
  const asked = flags['all-filter-status'];
  const open = asked.filter((status) => !isClosed(status));
  if (open.length > 0 && !flags.force) {
    throw usage(
      `--all-filter-status: ${open.join(', ')} is not closed`,
      'Terminate these instances first, or purge them with --force.',
    );
  }
  if (asked.length > 0) return asked;
  return flags.force ? [] : ['COMPLETED', 'FAILED', 'TERMINATED', 'CANCELED'];
}

/** Of a choice, what is gone by now (with its parent, or by somebody else) is no failure; nor is it counted twice. */
async function purgeEach(
  workflows: Workflows,
  ids: readonly string[],
  flags: PurgeFlags,
  chosen: boolean,
): Promise<number> {
  const options = { recursive: !flags['no-recursive'], force: flags.force };
  let removed = 0;
  for (const id of ids) {
    try {
      removed += await workflows.purge(id, options);
    } catch (error) {
      if (!chosen || !(error instanceof CliFailure) || error.exit !== 'notFound') throw error;
    }
  }
  return removed;
}

function summary(ids: readonly string[], verb: string): string {
  const first = ids.slice(0, shownIds).join(', ');
  const more = ids.length > shownIds ? `, and ${ids.length - shownIds} more` : '';
  return `${ids.length} ${ids.length === 1 ? 'instance' : 'instances'} ${verb}${ids.length > 0 ? `: ${first}${more}` : '.'}`;
}

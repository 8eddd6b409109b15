import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type {
  CheckOptions,
  ConformanceReport,
  DoorName,
  Profile,
  ReportedCase,
  TargetOpener,
} from '../../../../conformance/index.js';
import { CliFailure, usage } from '../../failure.js';
import { nearest } from '../../parse/suggest.js';
import type { Values } from '../../table/commands.js';
import type { Terminal } from '../../terminal.js';
import type { Action } from '../action.js';
import { engineOfFile, enginesFor, type Engine } from './engines.js';
import { formatted } from './formatted.js';
import { profileFor } from './profiles.js';
import { waysInto } from './ways.js';
import { withSuite, type SuiteModule } from './with-suite.js';

type RunFlags = Values<'conformance run'>['flags'];

export const run: Action<'conformance run'> = ({ flags, terminal }) =>
  withSuite(async (suite) => {
    const doors = doorsIn(suite, flags.door);
    const profile = flags.profile === undefined ? undefined : await profileFor(suite, flags.profile, terminal);
    const jobs = await jobsOf(suite, flags, doors, profile, terminal);
    if (flags.report !== undefined && jobs.length > 1) {
      throw usage('--report takes one report, and several components are run', 'Name one, such as builtin:sqlite.');
    }
    const reports: ConformanceReport[] = [];
    for (const job of jobs) reports.push(...(await reportsOf(suite, job, flags, terminal)));
    if (reports.length === 0) throw new CliFailure('unreachable', 'none of the components could be started');
    if (!reports.some(showsSomething)) throw usage('no case was run', 'See wfhost conformance list.');
    const [only] = reports;
    if (flags.report !== undefined && only) {
      await writeFile(resolve(terminal.cwd, flags.report), `${JSON.stringify(only, undefined, 2)}\n`);
    }
    terminal.out(formatted(suite, flags.format, reports));
    return reports.every(suite.isGreen) ? 'ok' : 'conformance';
  });

/** One component, and the ways into it. */
interface Job {
  readonly name: string | undefined;
  readonly profile: Profile | undefined;
  readonly mayBeMissing: boolean;
  readonly ways: readonly [TargetOpener, ...TargetOpener[]];
}

async function jobsOf(
  suite: SuiteModule,
  flags: RunFlags,
  doors: readonly DoorName[],
  profile: Profile | undefined,
  terminal: Terminal,
): Promise<readonly Job[]> {
  if (flags.http !== undefined || flags.grpc !== undefined) return [remoteJob(suite, flags, doors, profile)];
  const engines = await enginesOf(suite, flags, terminal);
  return engines.map((engine) => {
    const known = profile ? { ...engine, profile } : engine;
    const ways = waysInto(suite, known, doors, flags.patience);
    return { name: engine.name, profile: known.profile, mayBeMissing: engine.mayBeMissing ?? false, ways };
  });
}

function remoteJob(
  suite: SuiteModule,
  { http, grpc, component, 'component-file': file, 'api-token': apiToken, door, patience }: RunFlags,
  doors: readonly DoorName[],
  profile: Profile | undefined,
): Job {
  const [name] = component;
  if (component.length > 1) throw usage('--component: one component of a running host at a time');
  if (file !== undefined) throw usage('--component-file starts a host; --http and --grpc name a running one');
  if (grpc === undefined) {
    throw usage("--grpc is missing: the suite's worker connects there", 'Write it like --grpc 127.0.0.1:50001.');
  }
  if (http !== undefined && !URL.canParse(http)) {
    throw usage(`--http: "${http}" is not an address`, 'Write it like http://127.0.0.1:3500.');
  }
  if (door !== 'all' && doors.includes('in-process')) {
    throw usage('--door: a running host has no in-process door', 'Use http, grpc or taskhub.');
  }
  const options = {
    grpc,
    doors: suite.wireDoors.filter((one) => doors.includes(one)),
    ...(http === undefined ? {} : { http: http.replace(/\/+$/, '') }),
    ...(name === undefined ? {} : { component: name }),
    ...(apiToken === undefined ? {} : { apiToken }),
    ...(profile ? { profile } : {}),
    ...(patience === undefined ? {} : { patienceMs: patience }),
  };
  return { name, profile, mayBeMissing: false, ways: [() => suite.openRemote(options)] };
}

async function enginesOf(
  suite: SuiteModule,
  { component, 'component-file': file, config }: RunFlags,
  terminal: Terminal,
): Promise<readonly Engine[]> {
  if (file !== undefined) {
    if (component.length > 1) throw usage('--component: one component of the file at a time');
    return [await engineOfFile(suite, file, component[0], { config }, terminal)];
  }
  if (component.length === 0) {
    throw usage(
      'what is to be tested?',
      'A running host: --http and --grpc. Otherwise --component builtin, or --component-file FILE.',
    );
  }
  return (await Promise.all(component.map((one) => enginesFor(suite, one, { config }, terminal)))).flat();
}

/** One report; none of a component that may be missing and cannot be started. */
async function reportsOf(
  suite: SuiteModule,
  job: Job,
  flags: RunFlags,
  terminal: Terminal,
): Promise<readonly ConformanceReport[]> {
  try {
    return [await runJob(suite, job, flags, terminal)];
  } catch (error) {
    const told = error instanceof CliFailure || error instanceof suite.TargetProblem;
    if (!job.mayBeMissing || !told) throw error;
    terminal.err(`Not run: ${job.name} cannot be started: ${error.message}\n`);
    return [];
  }
}

async function runJob(
  suite: SuiteModule,
  { name, profile, ways }: Job,
  { level, match, parallel, seeds }: RunFlags,
  terminal: Terminal,
): Promise<ConformanceReport> {
  const options: CheckOptions = {
    selection: { level, seeds, ...(match === undefined ? {} : { match }) },
    onResult: (result) => tellFailure(result, terminal),
    ...(name === undefined ? {} : { name }),
    ...(profile ? { profile } : {}),
    ...(parallel === undefined ? {} : { parallel }),
  };
  if (name !== undefined) terminal.err(`Running the suite on ${name} ...\n`);
  return suite.checkConformance(ways, options);
}

/** A run without a case is no proof of anything. */
function showsSomething({ counts }: ConformanceReport): boolean {
  return counts.passed + counts.failed + counts.deviating > 0;
}

/** At once: the rest of a run can take minutes. */
function tellFailure({ id, door, outcome, reason }: ReportedCase, terminal: Terminal): void {
  if (outcome === 'failed') terminal.err(`failed: ${id} at the ${door} door: ${reason}\n`);
}

function doorsIn(suite: SuiteModule, given: string): readonly DoorName[] {
  if (given === 'all') return suite.doorNames;
  return given.split(',').map((part) => {
    const name = part.trim();
    const door = suite.doorNames.find((known) => known === name);
    if (door) return door;
    const near = nearest(name, suite.doorNames);
    throw usage(
      `--door: "${name}" is no door; there are ${suite.doorNames.join(', ')}`,
      near && `Did you mean ${near}?`,
    );
  });
}

import type { CapabilityName } from '../core/index.js';
import type { DoorName, DoorOperation } from './door.js';
import type { World } from './world.js';

/** One promise, and how it is shown to hold. */
export interface ConformanceCase {
  /** `<suite>/<what>`: stable, unique, what reports and planted faults name. */
  readonly id: string;
  /** One sentence. */
  readonly promise: string;
  /** The statement of the specification it pins: `Dapr 4.7`, `statement 51`. */
  readonly pins: string;
  readonly level: 'core' | 'full';
  readonly storey: 'contract' | 'scenario';
  /** What the case does at the door; a door that lacks one of these is left out, by name. */
  readonly uses: readonly DoorOperation[];
  /** What the component must declare. Where it declares the lack, the case does not apply. */
  readonly needs?: readonly CapabilityName[];
  /** Shows how a lack of this is answered: applies only where the component declares it. */
  readonly lacks?: CapabilityName;
  /** Absent: at every door. */
  readonly doors?: readonly DoorName[];
  /** Changes what every instance of the component sees (workers, versions): such cases run one at a time. */
  readonly alone?: boolean;
  /** Kills what is under test: applies only to a target that can be brought back. */
  readonly crash?: boolean;
  run(world: World): Promise<void>;
}

export interface Suite {
  readonly name: string;
  readonly cases: readonly ConformanceCase[];
}

/** What cases of one table share. */
export type CaseDefaults = Pick<ConformanceCase, 'level' | 'storey'> & Partial<ConformanceCase>;

/** A row of a table: what the table does not say. Its `id` is without the name of the suite. */
export type CaseRow = Pick<ConformanceCase, 'id' | 'promise' | 'run'> & Partial<ConformanceCase>;

/** A table of cases under one name. */
export function suite(name: string, defaults: CaseDefaults, rows: readonly CaseRow[]): Suite {
  const general = { uses: ['start', 'get'], pins: '', ...defaults } as const;
  return { name, cases: rows.map((row) => ({ ...general, ...row, id: `${name}/${row.id}` })) };
}

/** The suite of a case, by its id. */
export function suiteOf(id: string): string {
  return id.slice(0, id.indexOf('/'));
}

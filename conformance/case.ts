import type { CapabilityName } from '../core/index.js';
import type { DoorOperation } from './door.js';
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
  /** Changes what every instance of the component sees (workers, versions): such cases run one at a time. */
  readonly alone?: boolean;
  run(world: World): Promise<void>;
}

export interface Suite {
  readonly name: string;
  readonly cases: readonly ConformanceCase[];
}

/** What cases of one table share. */
export type CaseDefaults = Pick<ConformanceCase, 'level' | 'storey'> & Partial<ConformanceCase>;

/** A table of cases under one name. */
export function suite(
  name: string,
  defaults: CaseDefaults,
  cases: readonly (Omit<ConformanceCase, 'id' | 'level' | 'storey' | 'uses'> &
    Partial<Pick<ConformanceCase, 'level' | 'storey' | 'uses'>> & { readonly id: string })[],
): Suite {
  return {
    name,
    cases: cases.map((one) => ({ uses: ['start', 'get'], ...defaults, ...one, id: `${name}/${one.id}` })),
  };
}

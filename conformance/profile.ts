import { fileURLToPath } from 'node:url';
import { capabilityNames, type CapabilityName } from '../core/index.js';
import type { DoorName } from './door.js';
import { BrokenDocument, problemsOf } from './schema/check.js';
import { profileSchema } from './schema/profile-schema.js';

/** What is expected of one component, and how the suite is run on it: `profiles/*.yaml`. */
export interface Profile {
  /** Name in reports and on the command line. */
  readonly name: string;
  /** Component type, such as `workflow.builtin`. */
  readonly type: string;
  /** Default: `v1`. */
  readonly version?: string;
  /** Configurations of the component that are run, each with the whole suite. Absent: one without properties. */
  readonly variants?: readonly ProfileVariant[];
  /** Exactly what the component must declare to be capable of. */
  readonly capabilities: readonly CapabilityName[];
  readonly deviations?: readonly Deviation[];
  /** How long a condition may take, ms. Default: 30,000. */
  readonly patienceMs?: number;
  /** Cases at once. Default: 12. */
  readonly parallelism?: number;
  /** How long one run of the suite at all doors of a variant may take, ms. Absent: as long as it likes. */
  readonly budgetMs?: number;
}

export interface ProfileVariant {
  readonly name: string;
  /** `spec.metadata` of the component file. The command line puts variables of the environment for `${NAME}`. */
  readonly properties?: Readonly<Record<string, string>>;
}

/** A promise that the component is known not to keep. Each case it names must fail: one that passes ends the excuse. */
export interface Deviation {
  /** Case ids; `*` stands for any text. */
  readonly cases: string;
  /** Absent: at every door. */
  readonly doors?: readonly DoorName[];
  readonly reason: string;
  /** Where it is explained or followed up. */
  readonly link: string;
}

/** Folder of the profiles of the components that come with the host, one YAML file each. */
export const profilesFolder = fileURLToPath(new URL('./profiles/', import.meta.url));

/** A profile from what its file holds. `source` names the file in messages. Throws `BrokenDocument`. */
export function readProfile(value: unknown, source: string): Profile {
  const problems = problemsOf(value, profileSchema);
  if (problems.length > 0) throw new BrokenDocument(`profile ${source}: ${problems.join('; ')}`);
  return value as Profile;
}

/** The variants of a profile; one without properties when it names none. */
export function variantsOf({ name, variants }: Profile): readonly ProfileVariant[] {
  return variants && variants.length > 0 ? variants : [{ name }];
}

/** The first deviation that names this case at this door. */
export function deviationOf(profile: Profile | undefined, id: string, door: DoorName): Deviation | undefined {
  return profile?.deviations?.find(
    ({ cases, doors }) => matches(cases, id) && (doors === undefined || doors.includes(door)),
  );
}

/** Whether a case id is what the pattern means. */
export function matches(pattern: string, id: string): boolean {
  const source = pattern.split('*').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  return new RegExp(`^${source.join('.*')}$`, 'u').test(id);
}

/** Where a manifest and what its profile expects part, one sentence each. */
export function capabilityComplaints(
  profile: Profile,
  capabilities: Readonly<Record<CapabilityName, boolean>>,
): readonly string[] {
  return capabilityNames.flatMap((name) => {
    const expected = profile.capabilities.includes(name);
    if (capabilities[name] && !expected) return [`declares ${name}, which its profile does not list`];
    if (!capabilities[name] && expected) return [`declares to lack ${name}, which its profile expects`];
    return [];
  });
}

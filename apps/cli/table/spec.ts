/**
 * The shape of the command table. One table drives the parser, the help, the completion and the reference page, so
 * that what is shown is what is accepted.
 */

interface FlagBase {
  readonly help: string;
  /** One letter. */
  readonly short?: string;
  /** Environment variables that stand in for the flag, first one set wins. */
  readonly env?: readonly string[];
  /** Variables that the host looks at itself when the flag is not given: shown, not read here. */
  readonly hostEnv?: readonly string[];
}

/** On or off; takes no value. */
export interface SwitchFlag extends FlagBase {
  readonly kind: 'switch';
}

export interface TextFlag extends FlagBase {
  readonly kind: 'text';
  /** Placeholder in help. */
  readonly value: string;
  readonly default?: string;
  readonly repeatable?: boolean;
  /** What a shell completes the value with. */
  readonly completes?: 'file' | 'directory';
}

export interface IntegerFlag extends FlagBase {
  readonly kind: 'integer';
  readonly value: string;
  readonly min: number;
  readonly max: number;
  readonly default?: number;
}

/** A span of time such as `90s`, `1h30m` or `3d`; milliseconds once parsed. */
export interface DurationFlag extends FlagBase {
  readonly kind: 'duration';
  readonly default?: string;
}

/** A point in time: RFC 3339, a date, or a span counted from now in `direction`; epoch ms once parsed. */
export interface MomentFlag extends FlagBase {
  readonly kind: 'moment';
  readonly direction: 'past' | 'future';
}

export interface ChoiceFlag extends FlagBase {
  readonly kind: 'choice';
  readonly choices: readonly string[];
  readonly default?: string;
  readonly repeatable?: boolean;
}

export type FlagSpec = SwitchFlag | TextFlag | IntegerFlag | DurationFlag | MomentFlag | ChoiceFlag;

export interface ArgSpec {
  /** Shown in upper case. */
  readonly name: string;
  readonly help: string;
  readonly optional?: boolean;
  /** Takes all that is left; only the last one can. */
  readonly repeatable?: boolean;
  readonly choices?: readonly string[];
  readonly completes?: 'file';
}

export interface CommandSpec {
  /** One sentence. */
  readonly summary: string;
  /** More, in sentences. */
  readonly details?: string;
  /** Other names of the last word of the path. */
  readonly aliases?: readonly string[];
  readonly args: readonly ArgSpec[];
  /** By long name, without dashes. */
  readonly flags: Readonly<Record<string, FlagSpec>>;
  /** Lines to copy, without `wfhost`. */
  readonly examples: readonly string[];
}

export interface GroupSpec {
  readonly summary: string;
  readonly aliases: readonly string[];
}

type Scalar<F> = F extends { kind: 'switch' }
  ? boolean
  : F extends { kind: 'choice'; choices: readonly (infer C)[] }
    ? C
    : F extends { kind: 'text' }
      ? string
      : number;

/** What a flag's value is once parsed. */
export type FlagValue<F> = F extends { repeatable: true }
  ? readonly Scalar<F>[]
  : F extends { kind: 'switch' } | { default: string | number }
    ? Scalar<F>
    : Scalar<F> | undefined;

export type FlagValues<Flags> = { readonly [N in keyof Flags]: FlagValue<Flags[N]> };

type ArgValue<A> = A extends { repeatable: true }
  ? readonly string[]
  : A extends { optional: true }
    ? string | undefined
    : A extends { choices: readonly (infer C)[] }
      ? C
      : string;

export type ArgValues<Args extends readonly ArgSpec[]> = {
  readonly [A in Args[number] as A['name']]: ArgValue<A>;
};

import { delimiter } from 'node:path';
import type { Environment } from './files/substitution.js';
import type { Finding, Severity } from './findings.js';
import { flagVariables, type FlagName, type HostFlags } from './flags.js';

/** A value and where it comes from: `--flag`, or the name of a variable. */
export interface Given {
  readonly text: string;
  readonly from: string;
}

/** Flags over environment, as text, with findings about what cannot be read. */
export class GivenSettings {
  readonly findings: Finding[] = [];
  readonly #flags: HostFlags;
  readonly #env: Environment;

  constructor(flags: HostFlags, env: Environment) {
    this.#flags = flags;
    this.#env = env;
  }

  /** undefined: neither flag nor variable; an empty variable counts as not set. */
  get(name: FlagName): Given | undefined {
    const flag = this.#flags[name];
    if (flag !== undefined && flag !== false && typeof flag !== 'object')
      return { text: String(flag), from: `--${name}` };
    const variable = flagVariables[name].find((candidate) => this.#env[candidate]);
    return variable === undefined ? undefined : { text: this.#env[variable] ?? '', from: variable };
  }

  /** All values of a flag that can be repeated; variables hold them with a separator. */
  list(name: FlagName, separator: ',' | 'path'): readonly string[] {
    const flag = this.#flags[name];
    if (Array.isArray(flag) && flag.length > 0) return flag.map(String);
    const text = this.get(name)?.text ?? '';
    return text
      .split(separator === 'path' ? delimiter : separator)
      .map((part) => part.trim())
      .filter(Boolean);
  }

  /** Whether a switch is on. */
  isOn(name: FlagName): boolean {
    const given = this.get(name);
    if (!given) return false;
    const on = ['true', '1', 'yes', 'on'].includes(given.text.toLowerCase());
    const off = ['false', '0', 'no', 'off'].includes(given.text.toLowerCase());
    if (!on && !off) this.report(given, `must be true or false, not "${given.text}"`);
    return on;
  }

  /** What `parse` makes of the text; what it cannot read is reported as not being `wanted`. */
  parsed<T>(name: FlagName, parse: (text: string) => T | undefined, wanted: string): T | undefined {
    const given = this.get(name);
    if (!given) return undefined;
    const value = parse(given.text);
    if (value === undefined) this.report(given, `must be ${wanted}, not "${given.text}"`);
    return value;
  }

  report({ from }: Pick<Given, 'from'>, message: string, hint?: string, severity: Severity = 'error'): void {
    this.findings.push({ file: from, line: 0, column: 0, severity, message, ...(hint === undefined ? {} : { hint }) });
  }
}

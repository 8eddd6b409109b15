import { inspect } from 'node:util';

const mask = '***';
/** A shorter value would blank out ordinary words and numbers. */
const minLength = 6;

/**
 * The secret values of this process, to be struck from everything that leaves it. Shows itself as `***` wherever it is
 * printed, serialised or inspected.
 */
export class Secrets {
  /** Longest first, so that a secret within a secret does not leave the rest standing. */
  readonly #values: readonly string[];

  constructor(values: Iterable<string>) {
    const forms = new Set<string>();
    for (const value of values) {
      if (value.length < minLength) continue;
      forms.add(value);
      forms.add(JSON.stringify(value).slice(1, -1));
      forms.add(encodeURIComponent(value));
    }
    this.#values = [...forms].sort((a, b) => b.length - a.length);
  }

  /** The text without any secret, as it stands, JSON-escaped or percent-encoded. */
  scrub(text: string): string {
    let clean = text;
    for (const value of this.#values) if (clean.includes(value)) clean = clean.replaceAll(value, mask);
    return clean;
  }

  toString(): string {
    return mask;
  }

  toJSON(): string {
    return mask;
  }

  [inspect.custom](): string {
    return mask;
  }
}

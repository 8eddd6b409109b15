import { WorkflowError } from '../../../core/index.js';

/** What a scan demands of a value beyond the grammar. */
export interface ScanRules {
  /** Arrays and objects inside one another; `Infinity` for payloads, which nobody here will parse. */
  readonly maxDepth: number;
  /** Refuses repeated names in an object, and names that could reach a prototype. */
  readonly strictNames: boolean;
}

const quote = 0x22;
const backslash = 0x5c;
const openArray = 0x5b;
const openObject = 0x7b;
const colon = 0x3a;
const comma = 0x2c;

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const literal = /true|false|null/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const space = /[ \t\n\r]*/y;

/**
 * Walks over JSON text without building values and without recursion, so that neither depth nor size of a body can
 * hurt. Throws `ERR_REQUEST_MALFORMED` (naming the position) or `ERR_JSON_TOO_DEEP`.
 */
export class JsonScanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get position(): number {
    return this.#at;
  }

  /** Passes over white space and tells the next character code; NaN at the end. */
  peek(): number {
    space.lastIndex = this.#at;
    space.test(this.#text);
    this.#at = space.lastIndex;
    return this.#text.charCodeAt(this.#at);
  }

  expect(code: number): void {
    if (this.peek() !== code) throw this.fault(`expected ${JSON.stringify(String.fromCharCode(code))}`);
    this.#at += 1;
  }

  expectEnd(): void {
    if (!Number.isNaN(this.peek())) throw this.fault('expected the end');
  }

  /** Passes over one value. */
  value(rules: ScanRules): void {
    const open: OpenStack = new OpenStack();
    const names: Set<string>[] = [];
    for (;;) {
      const code = this.peek();
      if (code === openArray || code === openObject) {
        this.#at += 1;
        open.push(code);
        if (open.depth > rules.maxDepth) throw new WorkflowError('ERR_JSON_TOO_DEEP', { limit: rules.maxDepth });
        if (code === openObject && rules.strictNames) names.push(new Set());
        if (this.peek() !== code + 2) {
          if (code === openObject) this.#member(rules.strictNames ? names.at(-1) : undefined);
          continue;
        }
      } else {
        this.#scalar(code);
      }
      if (this.#closeAll(open, names, rules)) return;
    }
  }

  /** Passes over a string and returns its value. */
  string(): string {
    const from = this.#at;
    this.#skipString();
    return JSON.parse(this.#text.slice(from, this.#at)) as string;
  }

  fault(what: string): WorkflowError {
    return new WorkflowError('ERR_REQUEST_MALFORMED', { reason: `JSON at character ${this.#at + 1}: ${what}` });
  }

  /** After a value: closes what ends here. True once the outermost value is complete, false when another one follows. */
  #closeAll(open: OpenStack, names: Set<string>[], rules: ScanRules): boolean {
    while (open.depth > 0) {
      const code = this.peek();
      const top = open.top;
      if (code === comma) {
        this.#at += 1;
        if (top === openObject) this.#member(rules.strictNames ? names.at(-1) : undefined);
        return false;
      }
      if (code !== top + 2) throw this.fault(`expected "," or ${top === openObject ? '"}"' : '"]"'}`);
      this.#at += 1;
      open.pop();
      if (top === openObject && rules.strictNames) names.pop();
    }
    return true;
  }

  /** Passes over `"name":`. */
  #member(seen: Set<string> | undefined): void {
    if (this.peek() !== quote) throw this.fault('expected a name in quotes');
    if (seen) checkName(this.string(), seen, this);
    else this.#skipString();
    this.expect(colon);
  }

  #scalar(code: number): void {
    if (code === quote) this.#skipString();
    else if (!this.#skip(code === 0x2d || (code >= 0x30 && code <= 0x39) ? number : literal))
      throw this.fault('expected a value');
  }

  #skip(token: RegExp): boolean {
    token.lastIndex = this.#at;
    if (!token.test(this.#text)) return false;
    this.#at = token.lastIndex;
    return true;
  }

  #skipString(): void {
    const text = this.#text;
    this.#at += 1;
    for (;;) {
      const code = text.charCodeAt(this.#at);
      if (code === quote) break;
      if (Number.isNaN(code)) throw this.fault('a string without end');
      if (code < 0x20) throw this.fault('a control character in a string');
      if (code !== backslash) this.#at += 1;
      else if (!this.#skip(escape)) throw this.fault('an unknown escape');
    }
    this.#at += 1;
  }
}

const refusedNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Adds a name to those of its object. */
export function checkName(name: string, seen: Set<string>, scanner: JsonScanner): void {
  if (refusedNames.has(name)) throw scanner.fault(`the name "${name}" is not allowed`);
  if (seen.has(name)) throw scanner.fault(`the name "${name}" is there twice`);
  seen.add(name);
}

/** Which brackets are open: one byte each, so that a body of nothing but brackets costs no more than itself. */
class OpenStack {
  #kinds = new Uint8Array(64);
  #depth = 0;

  get depth(): number {
    return this.#depth;
  }

  get top(): number {
    return this.#kinds[this.#depth - 1] ?? 0;
  }

  push(kind: number): void {
    if (this.#depth === this.#kinds.length) {
      const larger = new Uint8Array(this.#depth * 2);
      larger.set(this.#kinds);
      this.#kinds = larger;
    }
    this.#kinds[this.#depth] = kind;
    this.#depth += 1;
  }

  pop(): void {
    this.#depth -= 1;
  }
}

import { WorkflowError } from '../../../core/index.js';
import { JsonScanner, checkName } from './scan.js';

/** Deepest nesting of what is parsed. No request needs a tenth of it. */
export const maxControlDepth = 64;

/** A request body: control members as values, payload members as their text. */
export interface ControlBody {
  readonly values: Readonly<Record<string, unknown>>;
  /** By name, verbatim as it stood in the body. */
  readonly payloads: ReadonlyMap<string, string>;
}

const control = { maxDepth: maxControlDepth - 1, strictNames: true };
const payload = { maxDepth: Infinity, strictNames: false };

/**
 * Reads a JSON object whose members of the names `payloads` are kept as text. Depth and names of everything else are
 * checked before anything is parsed. Throws `ERR_REQUEST_MALFORMED`, `ERR_JSON_TOO_DEEP`.
 */
export function readControlBody(text: string, payloads: ReadonlySet<string>): ControlBody {
  const scanner = new JsonScanner(text);
  const values: [string, unknown][] = [];
  const texts = new Map<string, string>();
  const names = new Set<string>();
  scanner.expect(0x7b);
  while (scanner.peek() !== 0x7d) {
    if (names.size > 0) scanner.expect(0x2c);
    if (scanner.peek() !== 0x22) throw scanner.fault('expected a name in quotes');
    const name = scanner.string();
    checkName(name, names, scanner);
    scanner.expect(0x3a);
    scanner.peek();
    const from = scanner.position;
    scanner.value(payloads.has(name) ? payload : control);
    const slice = text.slice(from, scanner.position);
    if (payloads.has(name)) texts.set(name, slice);
    else values.push([name, JSON.parse(slice)]);
  }
  scanner.expect(0x7d);
  scanner.expectEnd();
  return { values: Object.fromEntries(values), payloads: texts };
}

/** Whether a text is one JSON value that a client can parse without harm. */
export function isPlainJson(text: string): boolean {
  try {
    const scanner = new JsonScanner(text);
    scanner.value({ maxDepth: maxControlDepth, strictNames: false });
    scanner.expectEnd();
    return true;
  } catch (error) {
    if (error instanceof WorkflowError) return false;
    throw error;
  }
}

import { isAlias, isMap, isPair, isScalar, visit, type Document, type LineCounter, type Node } from 'yaml';
import type { Finding, Severity } from '../findings.js';

export type Path = readonly (string | number)[];

/** One YAML document of a file: its plain value, and where in the file each part of it stands. */
export class PlacedDocument {
  readonly file: string;
  /** The document as plain data; scalars typed as YAML's core schema has it. */
  readonly value: unknown;
  readonly #document: Document;
  readonly #lines: LineCounter;

  constructor(file: string, document: Document, lines: LineCounter) {
    this.file = file;
    this.#document = document;
    this.#lines = lines;
    this.value = document.toJS();
  }

  /** A finding at the value of a path; where the path ends early, at the nearest part that exists. */
  finding(path: Path, severity: Severity, message: string, hint?: string): Finding {
    for (let length = path.length; length >= 0; length--) {
      const node = this.#nodeAt(path.slice(0, length));
      if (node?.range) return this.#findingAt(node.range[0], severity, message, hint);
    }
    return this.#findingAt(0, severity, message, hint);
  }

  /** A finding at a key itself. */
  findingAtKey(path: Path, key: string, severity: Severity, message: string, hint?: string): Finding {
    const map = this.#nodeAt(path);
    const pair = isMap(map)
      ? map.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
      : undefined;
    const start = isPair(pair) && isScalar(pair.key) ? pair.key.range?.[0] : undefined;
    return start === undefined
      ? this.finding(path, severity, message, hint)
      : this.#findingAt(start, severity, message, hint);
  }

  /** `file:line:column` of a path. */
  place(path: Path): string {
    const { file, line, column } = this.finding(path, 'info', '');
    return `${file}:${line}:${column}`;
  }

  /** A scalar as it is written in the file, so that `007` and `1.0` stay what they are; undefined: no scalar. */
  textAt(path: Path): string | undefined {
    const node = this.#nodeAt(path);
    if (!isScalar(node)) return undefined;
    return typeof node.value === 'string' ? node.value : node.value === null ? '' : node.source;
  }

  /** Replaces every string, keys excepted, by what `change` makes of it. */
  rewriteStrings(change: (text: string, place: (message: string, hint?: string) => Finding) => string): PlacedDocument {
    visit(this.#document, {
      Scalar: (key, node) => {
        if (key === 'key' || typeof node.value !== 'string') return;
        const start = node.range?.[0] ?? 0;
        node.value = change(node.value, (message, hint) => this.#findingAt(start, 'error', message, hint));
      },
    });
    return new PlacedDocument(this.file, this.#document, this.#lines);
  }

  #nodeAt(path: Path): Node | undefined {
    const node: unknown = path.length === 0 ? this.#document.contents : this.#document.getIn(path, true);
    return isNodeLike(node) ? node : undefined;
  }

  #findingAt(offset: number, severity: Severity, message: string, hint?: string): Finding {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.file, line, column: col, severity, message, ...(hint === undefined ? {} : { hint }) };
  }
}

function isNodeLike(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'range' in value && !isAlias(value);
}

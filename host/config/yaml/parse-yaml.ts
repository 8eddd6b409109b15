import { LineCounter, isAlias, parseAllDocuments, visit, type Document } from 'yaml';
import type { Finding } from '../findings.js';
import { PlacedDocument } from './placed-document.js';

/** A component file is a page of text; whatever is larger is not one, and parsing it would only cost. */
export const maxFileBytes = 1024 * 1024;
const maxDocuments = 100;
const maxDepth = 32;
const tooDeepMessage = `nested deeper than ${maxDepth} levels`;

/** The documents of a file that can be read, and what is wrong with the others. Anchors and custom tags are refused. */
export function parseYaml(
  file: string,
  text: string,
): { readonly documents: readonly PlacedDocument[]; readonly findings: readonly Finding[] } {
  const lines = new LineCounter();
  const findingAt = (offset: number, message: string, hint?: string): Finding => {
    const { line, col } = lines.linePos(offset);
    const place = { file, line: Math.max(line, 1), column: Math.max(col, 1), severity: 'error' as const };
    return { ...place, message, ...(hint === undefined ? {} : { hint }) };
  };
  const parsed = parseDocuments(text, lines);
  if (!parsed) return { documents: [], findings: [findingAt(0, tooDeepMessage)] };
  if (parsed.length > maxDocuments) {
    return { documents: [], findings: [findingAt(0, `more than ${maxDocuments} documents in one file`)] };
  }
  const documents: PlacedDocument[] = [];
  const findings: Finding[] = [];
  for (const document of parsed) {
    const problems = [...problemsOf(document)].map(({ offset, message, hint }) => findingAt(offset, message, hint));
    findings.push(...problems);
    if (problems.length === 0 && document.contents !== null) documents.push(new PlacedDocument(file, document, lines));
  }
  return { documents, findings };
}

/** undefined: nested so deep that the parser gave up. */
function parseDocuments(text: string, lineCounter: LineCounter): readonly Document[] | undefined {
  try {
    const documents = parseAllDocuments(text, { lineCounter, prettyErrors: false, version: '1.2', schema: 'core' });
    return 'empty' in documents ? [] : documents;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

interface Problem {
  readonly offset: number;
  readonly message: string;
  readonly hint?: string;
}

function* problemsOf(document: Document): Iterable<Problem> {
  const [first] = document.errors;
  if (first) {
    // What the parser says after its first error follows from it.
    const tooDeep = first.message.includes('call stack');
    yield tooDeep ? { offset: 0, message: tooDeepMessage } : { offset: first.pos[0], message: first.message };
    return;
  }
  for (const { pos, message } of document.warnings) yield { offset: pos[0], message };
  const found: Problem[] = [];
  visit(document, {
    Node: (_key, node, path) => {
      const offset = node.range?.[0] ?? 0;
      if (path.length > maxDepth * 2) {
        found.push({ offset, message: tooDeepMessage });
        return visit.BREAK;
      }
      if (isAlias(node) || ('anchor' in node && node.anchor)) {
        found.push({ offset, message: 'anchors and aliases are not accepted', hint: 'write the value out' });
        return visit.SKIP;
      }
      return undefined;
    },
  });
  yield* found;
}

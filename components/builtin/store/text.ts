const nul = '\u0000';
const mark = '\u0001';

/**
 * Text as it is kept in a column. SQLite's interfaces for Node end a text at its first NUL, so a NUL is written as two
 * characters, and so is the one that begins such a pair. Equal texts stay equal, and so do beginnings of texts.
 */
export function toColumn(text: string): string {
  if (!text.includes(nul) && !text.includes(mark)) return text;
  return text.replaceAll(mark, `${mark}1`).replaceAll(nul, `${mark}0`);
}

/** The text that `toColumn` was given. */
export function fromColumn(kept: string): string {
  if (!kept.includes(mark)) return kept;
  return kept.replaceAll(`${mark}0`, nul).replaceAll(`${mark}1`, mark);
}

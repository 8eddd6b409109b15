import type { Readable } from 'node:stream';
import { createInterface } from 'node:readline';

/** Calls back for every line of a stream, the last one also without a line end. */
export function eachLine(stream: Readable, callback: (line: string) => void): void {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', callback);
}

import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { WorkflowError } from '../../core/index.js';

const empty = Buffer.alloc(0);
/** How much of a refused body is read and thrown away, so that its sender gets to see the answer. */
const discardedBytes = 64 * 1024 * 1024;

/** True when the head of the request announces no body. */
export function hasNoBody(request: IncomingMessage): boolean {
  const { headers } = request;
  return headers['transfer-encoding'] === undefined && (headers['content-length'] ?? '0') === '0';
}

/**
 * The whole body, verbatim: content encodings are not undone, so nothing can inflate. Throws `ERR_PAYLOAD_TOO_LARGE`
 * as soon as the limit (bytes) is passed, without keeping what follows, and `ERR_BODY_READ` when the body breaks off.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  if (hasNoBody(request)) return empty;
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > limit) {
    discardRest(request);
    throw tooLarge(announced, limit);
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (finish: () => void): void => {
      request.off('data', onData).off('end', onEnd).off('close', onClose);
      finish();
    };
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes <= limit) chunks.push(chunk);
      else
        settle(() => {
          discardRest(request);
          reject(tooLarge(bytes, limit));
        });
    };
    const onEnd = (): void =>
      settle(() => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    const onClose = (): void =>
      settle(() => reject(new WorkflowError('ERR_BODY_READ', { reason: 'the connection was closed before its end' })));
    request.on('data', onData).on('end', onEnd).on('close', onClose);
  });
}

/** The text of a body or of a part of it; `undefined` when the bytes are not UTF-8. A byte order mark is kept. */
export function textOf(body: Buffer): string | undefined {
  return isUtf8(body) ? body.toString('utf8') : undefined;
}

function tooLarge(bytes: number, limit: number): WorkflowError {
  return new WorkflowError('ERR_PAYLOAD_TOO_LARGE', { what: 'request body', bytes, limit });
}

function discardRest(request: IncomingMessage): void {
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > discardedBytes) request.destroy();
  });
}

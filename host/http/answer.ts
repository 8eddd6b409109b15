import type { ServerResponse } from 'node:http';

/** What a route answers, before it becomes bytes. */
export interface Answer {
  readonly status: number;
  /** Absent: the answer has no body. */
  readonly body?: string;
  /** `application/json` unless said otherwise. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The API is data for programs: nothing may sniff it, frame it, keep it or load anything because of it. */
const fixedHeaders = [
  'X-Content-Type-Options',
  'nosniff',
  'Cache-Control',
  'no-store',
  'Content-Security-Policy',
  "default-src 'none'; frame-ancestors 'none'",
] as const;

/** Writes an answer in one piece. `last`: the connection takes no further request. */
export function send(response: ServerResponse, answer: Answer, last = false): void {
  if (response.headersSent || response.destroyed) return;
  const headers: string[] = [...fixedHeaders];
  if (last) headers.push('Connection', 'close');
  for (const [name, value] of Object.entries(answer.headers ?? {})) headers.push(name, value);
  if (answer.body === undefined) {
    if (answer.status !== 204) headers.push('Content-Length', '0');
    response.writeHead(answer.status, headers).end();
    return;
  }
  headers.push('Content-Type', answer.contentType ?? 'application/json');
  headers.push('Content-Length', String(Buffer.byteLength(answer.body)));
  response.writeHead(answer.status, headers).end(answer.body);
}

#!/usr/bin/env node
import { runCli } from './cli.js';
import type { Terminal } from './terminal.js';

const interrupt = new AbortController();

/** `wfhost … | head` closes our output early: that is its right, and no failure. */
function endQuietlyWhenClosed(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

async function confirm(question: string): Promise<boolean | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const { createInterface } = await import('node:readline/promises');
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await prompt.question(`${question} [y/N] `, { signal: interrupt.signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    prompt.close();
  }
}

async function readInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

const terminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  env: process.env,
  cwd: process.cwd(),
  isTty: process.stdout.isTTY,
  now: () => Date.now(),
  confirm,
  readInput,
  interrupted: interrupt.signal,
};

endQuietlyWhenClosed(process.stdout);
endQuietlyWhenClosed(process.stderr);
// Commands that stop in an orderly way listen to the signal; a second Ctrl-C ends the process as ever.
process.once('SIGINT', () => interrupt.abort());
process.exitCode = await runCli(process.argv.slice(2), terminal);

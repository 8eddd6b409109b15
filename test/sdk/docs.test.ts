import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { transform } from '@swc/core';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(join(root, 'docs/authoring.md'), 'utf8');
const blocks = [...page.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, text = ''], index) => ({
  text,
  title: `block ${index + 1}`,
}));
const examples = readdirSync(join(root, 'sdk'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .flatMap(examplesIn);

interface Example {
  readonly name: string;
  readonly code: string;
}

/** The code of each `@example` in the comments of a file. */
function examplesIn(path: string): Example[] {
  const comments = readFileSync(join(root, 'sdk', path), 'utf8').matchAll(/@example\n([\s\S]*?)\*\/\s*\n([^\n]*)/g);
  return [...comments].map(([, body = '', next = '']) => ({
    name: `${path}: ${next.trim().slice(0, 60)}`,
    code: body.replaceAll(/^\s*\* ?/gm, '').trim(),
  }));
}

/** What the examples speak of, so that each of them is a program. */
const prelude = `
import { defineActivity, defineEvent, defineWorkflow, activityRef, NonRetryable } from 'wfhost/sdk';
import { createClient } from 'wfhost/sdk/client';
import { createHost } from 'wfhost/sdk/hosting';
import { hangs, replayHistory, testHost } from 'wfhost/sdk/testing';
import { createWorker, LocalWorker } from 'wfhost/sdk/worker';
const order = { id: 'o-1' };
const input = 'in';
const pay = (paid, key) => [paid, key];
const stock = { reserve: (reserved) => reserved.id };
class CardDeclined extends Error {}
const hello = defineActivity('hello', (name) => name);
const charge = defineActivity('charge', (charged) => charged);
const slow = defineActivity('slow', (given) => given);
const greet = defineWorkflow('greet', async (wf, name) => wf.call(hello, name));
const remind = defineWorkflow('remind', async (wf) => { await wf.sleep('3d'); return wf.call(activityRef('notify')); });
const processOrder = defineWorkflow('process-order', async (wf, given) => given);
const activities = [hello, charge, slow];
const history = [];
`;

/** Examples of a context's verbs run in a workflow, those of a client against a host; the rest as they are. */
function programOf({ code }: Example): string {
  if (/^(const \w+ = )?await wf\./m.test(code)) {
    return `${prelude}
const example = defineWorkflow('example', async (wf) => { ${code} });
const t = await testHost({ workflows: [example], activities });
await (await t.start(example)).result();
await t.close();`;
  }
  if (code.startsWith('const run = await client.')) {
    return `${prelude}
const host = await createHost({ workflows: [processOrder] });
const client = host.client;
${code}
await host.close();`;
  }
  if (code.startsWith('throw '))
    return `${prelude}\ntry { ${code} } catch (error) { if (!error.nonRetriable) throw error; }`;
  const opened = /^const (\w+) = (?:await |new )(?:createHost|createWorker|LocalWorker|testHost)/m.exec(code)?.[1];
  const close = opened !== undefined && !code.includes(`${opened}.close()`) ? `await ${opened}.close();` : '';
  return `${prelude}\n{ ${code}\n${close} }`;
}

/** Runs TypeScript against the built package, in a folder of its own. */
async function run(folder: string, name: string, text: string): Promise<string> {
  const { code } = await transform(text, {
    jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
    module: { type: 'es6' },
  });
  const entry = (path: string): string => pathToFileURL(join(root, 'dist', path, 'index.js')).href;
  const file = join(folder, `${name.replaceAll(/\W+/g, '-')}.mjs`);
  writeFileSync(
    file,
    code.replaceAll(/(["'])wfhost\/([\w/]+)\1/g, (_all, quote, path: string) => `${quote}${entry(path)}${quote}`),
  );
  const { stderr } = await promisify(execFile)(process.execPath, [file], { cwd: folder });
  return stderr;
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wfhost-authoring-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the page about authoring', () => {
  test('has programs', () => {
    expect(blocks.length).toBeGreaterThan(5);
  });

  test.each(blocks)('$title runs', async ({ title, text }) => {
    expect(await run(folder, title, text)).toBe('');
  });
});

describe('the examples in the comments', () => {
  test('are found', () => {
    expect(examples.length).toBeGreaterThan(10);
  });

  test.each(examples)('$name', async (example) => {
    expect(await run(folder, example.name, programOf(example))).toBe('');
  });
});

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import type { HistoryEvent } from '../../core/orchestration/index.js';
import { replayHistory } from '../../sdk/testing/index.js';
import { perform, samples, workflowOf } from './support/programs.js';
import { ReplayWorld } from './support/replay-world.js';

/** Histories as each release has made them, by the name of the program. A release adds its file; none is ever changed. */
type Histories = Readonly<Record<string, readonly HistoryEvent[]>>;

const folder = fileURLToPath(new URL('../golden/sdk-histories/', import.meta.url));
const toRecord = process.env['RECORD_SDK_HISTORIES'];

async function record(release: string): Promise<void> {
  const histories: Record<string, readonly HistoryEvent[]> = {};
  for (const { name, code, world } of samples) {
    histories[name] = (await new ReplayWorld([workflowOf(code)], { perform, ...world }).run()).history.map(
      withoutStacks,
    );
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}${release}.json`, `${JSON.stringify(histories, undefined, 1)}\n`);
}

/** Stacks say where this repository lies, and nothing about the workflow. */
function withoutStacks(event: HistoryEvent): HistoryEvent {
  return JSON.parse(JSON.stringify(event, (key, value: unknown) => (key === 'stackTrace' ? undefined : value)));
}

if (toRecord) await record(toRecord);

const recorded = readdirSync(folder).flatMap((file) => {
  const histories = JSON.parse(readFileSync(folder + file, 'utf8')) as Histories;
  return Object.entries(histories).map(([name, history]) => ({ release: file.replace('.json', ''), name, history }));
});

describe('histories of earlier releases', () => {
  test('are there', () => {
    expect(recorded.length).toBeGreaterThanOrEqual(samples.length - 1);
  });

  test.each(recorded)('still fit: $release, $name', async ({ name, history }) => {
    const sample = samples.find((candidate) => candidate.name === name);
    expect(sample && (await replayHistory([workflowOf(sample.code)], history))).toBeUndefined();
    expect(sample).toBeDefined();
  });

  test('are looked at: a sample of one does not fit the history of another', async () => {
    const [first, second] = samples;
    const history = recorded.find(({ name }) => name === second?.name)?.history ?? [];
    expect(first && (await replayHistory([workflowOf(first.code)], history))).toHaveProperty('expected');
  });
});

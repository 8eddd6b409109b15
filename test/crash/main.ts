import { randomInt } from 'node:crypto';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runCrashes } from './harness.js';

const { values } = parseArgs({
  options: {
    cycles: { type: 'string', default: '25' },
    lanes: { type: 'string', default: '12' },
    workers: { type: 'string', default: 'embedded' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
  },
});
const { cycles, lanes, seed } = values;
const workers = values.workers === 'remote' ? 'remote' : 'embedded';
const repeat = `npm run test:crash -- --workers ${workers} --cycles ${cycles} --lanes ${lanes} --seed ${seed}`;
console.log(`crash harness: ${cycles} deaths, ${workers} workers, ${lanes} lanes, seed ${seed}`);

const result = await runCrashes({
  seed: Number(seed),
  cycles: Number(cycles),
  lanes: Number(lanes),
  workers,
  builtFolder: dirname(fileURLToPath(import.meta.url)),
});
const { totals } = result;
console.log(
  `  ${result.kills} kills, ${result.drains} drains, slowest start ${Math.max(...result.startsMs).toFixed(0)} ms`,
);
console.log(
  `  ${totals.instances} instances: ${totals.completed} completed, ${totals.terminated} terminated, ${totals.purged} purged`,
);
console.log(`  ${totals.events} events, ${totals.activityRuns} activity runs, ${totals.repeatedRuns} of them repeats`);

if (result.violations.length === 0) {
  rmSync(result.folder, { recursive: true, force: true });
  console.log('  every promise was kept');
} else {
  console.error(`  ${result.violations.length} broken promises:`);
  for (const violation of result.violations.slice(0, 50)) console.error(`    ${violation}`);
  console.error(`  data and logs: ${result.folder}\n  again: ${repeat}`);
  process.exitCode = 1;
}

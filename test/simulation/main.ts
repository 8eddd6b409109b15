import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { simulate } from './simulate.js';

const { values } = parseArgs({
  options: { seed: { type: 'string', default: String(randomInt(2 ** 30)) }, count: { type: 'string', default: '500' } },
});
const first = Number(values.seed);
console.log(`simulation: ${values.count} seeds from ${first}, each run twice`);
for (let seed = first; seed < first + Number(values.count); seed += 1) {
  const { trace, violations } = await simulate(seed);
  const differs = (await simulate(seed)).trace !== trace;
  if (violations.length === 0 && !differs) continue;
  console.error([...violations, ...(differs ? ['the second run differs from the first'] : [])].join('\n'));
  console.error(`again: npm run test:simulation -- --seed ${seed} --count 1`);
  process.exitCode = 1;
}
if (process.exitCode === undefined) console.log('every promise was kept, every run repeated itself');

/**
 * Writes everything in the tree that is made from something else: runs each `tools/gen-*.mjs`, in name order, and
 * formats nothing afterwards: a generator writes its final bytes. No network; the same input gives the same output.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const tools = dirname(fileURLToPath(import.meta.url));
const generators = readdirSync(tools)
  .filter((name) => /^gen-.*\.mjs$/.test(name))
  .toSorted();

for (const generator of generators) {
  const { status } = spawnSync(process.execPath, [join(tools, generator)], { stdio: 'inherit' });
  if (status === 0) continue;
  console.error(`${generator} failed`);
  process.exit(status ?? 1);
}

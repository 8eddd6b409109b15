/**
 * Builds `dist`: what tsc emits, the data files the code reads beside itself, and nothing else. Output whose source is
 * gone is removed, so that a build on top of an older one equals a fresh one.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesUnder } from './lib/files.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const { include: rooms } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
const assets = /\.(ya?ml|json|proto|html|css|svg|md)$/;
/** Assets travel with the code of these rooms; tests read their data from the source tree. */
const roomsWithAssets = ['components', 'host', 'proto', 'conformance', 'apps', 'examples'];

function compile() {
  const tsc = join(root, 'node_modules', '@typescript', 'native', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [tsc, '--project', root], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

function copyAssets() {
  for (const room of roomsWithAssets) {
    for (const source of filesUnder(join(root, room))) {
      if (assets.test(source)) copyIfNewer(source, join(dist, relative(root, source)));
    }
  }
}

function copyIfNewer(source, target) {
  if (existsSync(target) && statSync(target).mtimeMs >= statSync(source).mtimeMs) return;
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(source, target);
}

/** Every file under dist/<room> has a source: itself (an asset) or the .ts file it was made from. */
function removeOrphans() {
  for (const room of readdirSync(dist, { withFileTypes: true })) {
    if (!room.isDirectory() || !rooms.includes(room.name)) continue;
    for (const output of filesUnder(join(dist, room.name))) {
      const source = join(root, relative(dist, output));
      const typescript = source.replace(/(\.d)?\.(js|ts)(\.map)?$/, '.ts');
      if (!existsSync(source) && !existsSync(typescript)) rmSync(output);
    }
  }
}

compile();
copyAssets();
removeOrphans();

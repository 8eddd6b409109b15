/** Gets the server once: fetched by Maven, checked, unpacked, and trained so that it starts in a few seconds. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { spawnSync } from 'node:child_process';

export const serverVersion = '3.32.1';
const jarName = `conductor-server-${serverVersion}-boot.jar`;
const artifact = `org.conductoross:conductor-server:${serverVersion}:jar:boot`;
const jarSha256 = 'f3699a34bb72c35c10469a063392e5de4900bc4568c8a4357a711186d6269d3f';
const copyGoal = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy';

/** Outside the checkout, so that clones share it. */
export function cacheFolder(env = process.env) {
  return join(env.WFHOST_CACHE ?? join(homedir(), '.cache', 'wfhost'), 'conductor');
}

/** Path of the unpacked server's jar. `say` hears what takes long. Throws with the reason when it cannot be had. */
export async function installServer(java, say, folder = cacheFolder()) {
  const unpacked = join(folder, `unpacked-${serverVersion}`);
  const ready = join(unpacked, jarName);
  if (existsSync(ready)) return ready;
  mkdirSync(folder, { recursive: true });
  const jar = await fetchJar(folder, say);
  say('unpacking it');
  const fresh = `${unpacked}.${process.pid}`;
  run(java.path, ['-Djarmode=tools', '-jar', jar, 'extract', '--destination', fresh]);
  if (existsSync(ready)) rmSync(fresh, { recursive: true, force: true });
  else renameSync(fresh, unpacked);
  return ready;
}

async function fetchJar(folder, say) {
  const jar = join(folder, jarName);
  if (!existsSync(jar)) {
    say(`fetching ${artifact} (447 MB)`);
    const output = `-DoutputDirectory=${join(folder, `fetched-${process.pid}`)}`;
    run('mvn', ['-q', '-B', copyGoal, `-Dartifact=${artifact}`, output, '-Dmdep.stripVersion=false']);
    renameSync(join(folder, `fetched-${process.pid}`, jarName), jar);
    rmSync(join(folder, `fetched-${process.pid}`), { recursive: true });
  }
  const sum = createHash('sha256');
  await pipeline(createReadStream(jar), sum);
  if (sum.digest('hex') === jarSha256) return jar;
  rmSync(jar);
  throw new Error(`${jarName} is not the file that was expected (its SHA-256 differs); it was removed`);
}

function run(command, args) {
  const { status, error, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status === 0) return;
  throw new Error(`${command} failed: ${error?.message ?? `${stdout}${stderr}`.trim().slice(-800)}`);
}

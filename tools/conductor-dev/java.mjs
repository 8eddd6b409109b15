/** Finds a Java that the server runs on. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';

/** The server's class files need it. */
const leastMajor = 21;

/** Where systems keep their JDKs. */
const folders = ['/usr/lib/jvm', '/Library/Java/JavaVirtualMachines', '/opt/java', '/opt'];

/** `{ path, major, version }` of a Java that will do, or undefined. `WFHOST_JAVA` names one and beats all others. */
export function findJava(env = process.env) {
  const named = env.WFHOST_JAVA;
  const candidates = named ? [named] : [...homes(env).map((home) => join(home, 'bin', 'java')), 'java'];
  const found = candidates.map(probe).filter((java) => java !== undefined && java.major >= leastMajor);
  return found.toSorted((a, b) => b.major - a.major)[0];
}

function homes(env) {
  const listed = folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder).flatMap((name) => [join(folder, name), join(folder, name, 'Contents/Home')]),
    )
    .filter((home) => existsSync(join(home, 'bin', 'java')));
  return env.JAVA_HOME ? [env.JAVA_HOME, ...listed] : listed;
}

function probe(path) {
  const { status, stdout, stderr } = spawnSync(path, ['-version'], { encoding: 'utf8' });
  const version = /version "([^"]+)"/.exec(`${stdout}${stderr}`)?.[1];
  if (status !== 0 || version === undefined) return undefined;
  const runtime = /\(build ([^)]+)\)/.exec(`${stdout}${stderr}`)?.[1] ?? version;
  return { path, major: Number.parseInt(version, 10), version: runtime };
}

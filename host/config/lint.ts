import { hostname } from 'node:os';
import { Secrets } from '../observability/secrets.js';
import type { ComponentRegistry } from '../registry.js';
import { readFiles } from './files/read-files.js';
import { ReadContext } from './files/read-context.js';
import type { Environment } from './files/substitution.js';
import { byPlace, scrubbed, type Finding } from './findings.js';

/**
 * What a host would say about these files and folders, in the order of files and lines. Components of every app and
 * namespace are checked; variables and secrets that are missing here are warnings, as they may be there elsewhere.
 */
export async function lint(
  paths: readonly string[],
  options: { readonly env: Environment; readonly cwd: string; readonly registry: ComponentRegistry },
): Promise<readonly Finding[]> {
  const { env, cwd, registry } = options;
  const tags = { uuid: () => 'uuid', podName: hostname(), namespace: 'default', appID: 'app' };
  const context = new ReadContext({ env, cwd, types: registry, tags, identity: undefined });
  await readFiles({ resources: paths, configurations: [] }, context, registry);
  const secrets = new Secrets(context.secrets);
  return context.findings.map((finding) => scrubbed(finding, secrets)).toSorted(byPlace);
}

import { WorkflowError } from '../../../core/index.js';
import type { ConductorConfig } from '../config.js';
import type { Authorize } from './rest.js';

const vendorPackage = '@io-orkes/conductor-javascript';

/** Who asks. The vendor's client, which gets tokens and renews them, is loaded only where there is a key. Throws `ERR_PACKAGE_MISSING`. */
export async function authorizeFor({ key, serverUrl }: ConductorConfig): Promise<Authorize> {
  if (!key) return async () => ({});
  const { createConductorClient } = await loadVendor();
  const client = await createConductorClient({ serverUrl: `${serverUrl}/api`, keyId: key.id, keySecret: key.secret });
  return async () => (await client.getAuthenticationHeaders()) ?? {};
}

async function loadVendor(): Promise<typeof import('@io-orkes/conductor-javascript')> {
  try {
    return await import('@io-orkes/conductor-javascript');
  } catch (cause) {
    throw new WorkflowError('ERR_PACKAGE_MISSING', { type: 'workflow.conductor', package: vendorPackage }, { cause });
  }
}

import { WorkflowError } from '../../../core/index.js';
import type { ConductorConfig } from '../config.js';
import type { Authorize } from './rest.js';

const vendorPackage = '@io-orkes/conductor-javascript';

/** What is used of the vendor's client: it gets tokens and renews them. */
interface VendorClient {
  getAuthenticationHeaders(): Promise<Record<string, string>> | Record<string, string>;
}

interface VendorModule {
  createConductorClient(config: {
    readonly serverUrl: string;
    readonly keyId: string;
    readonly keySecret: string;
  }): Promise<unknown>;
}

/** Who asks. The vendor's client is loaded only where there is a key. Throws `ERR_PACKAGE_MISSING`. */
export async function authorizeFor({ key, serverUrl }: ConductorConfig): Promise<Authorize> {
  if (!key) return async () => ({});
  const vendor = await loadVendor();
  const client = await vendor.createConductorClient({
    serverUrl: `${serverUrl}/api`,
    keyId: key.id,
    keySecret: key.secret,
  });
  if (!isVendorClient(client))
    throw new WorkflowError('ERR_PACKAGE_MISSING', { type: 'workflow.conductor', package: vendorPackage });
  return async () => client.getAuthenticationHeaders();
}

async function loadVendor(): Promise<VendorModule> {
  try {
    return (await import('@io-orkes/conductor-javascript')) as VendorModule;
  } catch (cause) {
    throw new WorkflowError('ERR_PACKAGE_MISSING', { type: 'workflow.conductor', package: vendorPackage }, { cause });
  }
}

function isVendorClient(client: unknown): client is VendorClient {
  return typeof client === 'object' && client !== null && 'getAuthenticationHeaders' in client;
}

import type { CapabilityName, ComponentLimits } from '../core/index.js';

/** What a running host says about one of its components. */
export interface RemoteComponent {
  readonly name: string;
  readonly type: string;
  readonly ready: boolean;
  readonly reason?: string;
  readonly capabilities: Readonly<Record<CapabilityName, boolean>>;
  readonly limits: ComponentLimits;
}

/**
 * Asks a host for the component's manifest (`GET /v1/components/{name}`). `undefined`: the server has no such route; it
 * speaks the Dapr APIs only. Rejects when it cannot be reached, or knows the route and not the component.
 */
export async function describeRemote(
  url: string,
  component = 'dapr',
  apiToken?: string,
): Promise<RemoteComponent | undefined> {
  const response = await fetch(`${url}/v1/components/${encodeURIComponent(component)}`, {
    headers: apiToken === undefined ? {} : { 'dapr-api-token': apiToken },
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text) as RemoteComponent;
  if (response.status === 404 && !text.includes('"title"')) return undefined;
  throw new Error(`${url} answers ${response.status} for component "${component}": ${text.slice(0, 500)}`);
}

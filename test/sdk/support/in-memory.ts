import { builtinType, componentSpec } from '../../../host/config/defaults.js';
import type { CreateHostOptions } from '../../../sdk/hosting/index.js';

/** The built-in engine without a file. */
export function inMemory(): Pick<CreateHostOptions, 'components'> {
  const properties = new Map([['path', ':memory:']]);
  return { components: [componentSpec({ name: 'memory', type: builtinType, properties })] };
}

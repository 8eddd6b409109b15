import { param, type Call } from './route.js';

/** The component a path names; `default` means the default one unless a component has that name. */
export function componentOf(call: Call): string | undefined {
  const name = param(call, 'component');
  if (name !== 'default') return name;
  return call.parts.service.components.list().some((entry) => entry.name === name) ? name : undefined;
}

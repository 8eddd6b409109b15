/** The components that come with the host. Each is loaded when a configuration names its type, and not before. */
export const catalog = [
  { type: 'workflow.builtin', version: 'v1', load: () => import('./builtin/component.js') },
  { type: 'workflow.template', version: 'v1', load: () => import('./template/component.js') },
  { type: 'workflow.conductor', version: 'v1', load: () => import('./conductor/component.js') },
  { type: 'workflow.temporal', version: 'v1', load: () => import('./temporal/component.js') },
] as const;

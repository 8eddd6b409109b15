import { factory as template } from '../../../components/template/component.js';
import {
  WorkflowError,
  capabilityNames,
  type CapabilityName,
  type ComponentFactory,
  type ComponentManifest,
  type WorkflowComponent,
} from '../../../core/index.js';

/** The template without what a component may lack: it says so, and refuses. `lies`: what it says to lack and has. */
export function bareFactory(lies: readonly CapabilityName[] = []): ComponentFactory {
  return {
    ...template,
    type: 'workflow.bare',
    create: (spec, context) => bare(template.create(spec, context), new Set(lies)),
  };
}

function bare(whole: WorkflowComponent, lies: ReadonlySet<CapabilityName>): WorkflowComponent {
  const capabilities = Object.fromEntries(
    capabilityNames.map((name) => [name, name === 'portableWorkflows']),
  ) as ComponentManifest['capabilities'];
  const refuse = async (operation: string): Promise<never> => {
    throw new WorkflowError('ERR_NOT_SUPPORTED', { component: 'bare', operation });
  };
  const { list, history, wait, rerun } = whole.optional;
  return {
    manifest: { ...whole.manifest, type: 'workflow.bare', capabilities },
    optional: {
      ...(lies.has('list') && list ? { list } : {}),
      ...(lies.has('history') && history ? { history } : {}),
      ...(lies.has('wait') && wait ? { wait } : {}),
      ...(lies.has('rerun') && rerun ? { rerun } : {}),
    },
    init: (signal) => whole.init(signal),
    health: () => whole.health(),
    start: (request) =>
      request.scheduledStartMs === undefined || lies.has('scheduledStart')
        ? whole.start(request)
        : refuse('start with a start time'),
    get: (request) => whole.get(request),
    raiseEvent: (request) => whole.raiseEvent(request),
    suspend: (request) => (lies.has('suspendResume') ? whole.suspend(request) : refuse('suspend')),
    resume: (request) => (lies.has('suspendResume') ? whole.resume(request) : refuse('resume')),
    terminate: (request) => whole.terminate(request),
    purge: (request) => whole.purge(request),
    close: () => whole.close(),
  };
}

import type { ActivityOutcome, StartRequest, WorkflowComponent } from '../../../../core/index.js';
import { actions, calls, newEvents, outcomes, responses, type PlantedFault } from '../fault.js';

/** What a host that parses payloads makes of them. */
function parsed(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
}

const inputs = (change: (input: string | undefined) => string | undefined): Pick<PlantedFault, 'component'> =>
  calls((engine) => ({
    start: ({ input: given, ...request }) => {
      const input = change(given);
      return engine.start({ ...request, ...(input === undefined ? {} : { input }) });
    },
  }));

const results = (change: (result: string | undefined) => string | undefined): Pick<PlantedFault, 'context'> =>
  outcomes((outcome): ActivityOutcome => {
    if (outcome.kind !== 'completed') return outcome;
    const result = change(outcome.result);
    return { kind: 'completed', ...(result === undefined ? {} : { result }) };
  });

/** Instances under an id that is not quite the one that was given. */
const ids = (change: (instanceId: string) => string): Pick<PlantedFault, 'component'> => ({
  component: (engine) => {
    const at = <T extends { readonly instanceId: string }>(request: T): T => ({
      ...request,
      instanceId: change(request.instanceId),
    });
    const named = <T>(answer: T, { instanceId }: { readonly instanceId: string }): T => ({ ...answer, instanceId });
    const changed: Partial<WorkflowComponent> = {
      start: async (request: StartRequest) => named(await engine.start(at(request)), request),
      get: async (request) => named(await engine.get(at(request)), request),
      raiseEvent: (request) => engine.raiseEvent(at(request)),
      terminate: (request) => engine.terminate(at(request)),
      purge: (request) => engine.purge(at(request)),
    };
    return { ...engine, ...changed };
  },
});

const oneMebibyte = 1024 * 1024;

/** Payloads and ids that do not come through as they were given. */
export const valueFaults: readonly PlantedFault[] = [
  {
    name: 'inputs are parsed and written anew',
    caughtBy: 'payloads/input-output-spaces',
    because: 'input',
    ...inputs((input) => input && parsed(input)),
  },
  {
    name: 'big numbers lose digits',
    caughtBy: 'payloads/input-output-big-numbers',
    because: 'input',
    ...inputs((input) => input && parsed(input)),
  },
  {
    name: 'inputs that are no JSON are quoted',
    caughtBy: 'payloads/input-output-not-json',
    because: 'input',
    ...inputs((input) => (input && parsed(input) === input && /^[a-z]/.test(input) ? JSON.stringify(input) : input)),
  },
  {
    name: 'an empty input is dropped',
    caughtBy: 'payloads/input-output-empty',
    because: 'input',
    ...inputs((input) => input || undefined),
  },
  {
    name: 'an absent input becomes an empty one',
    caughtBy: 'payloads/absent-input',
    because: 'input and output',
    ...inputs((input) => input ?? ''),
  },
  {
    name: 'an absent input becomes null',
    caughtBy: 'payloads/absent-input',
    because: 'input and output',
    ...inputs((input) => input ?? 'null'),
  },
  {
    name: 'an input of more than a mebibyte is cut off',
    caughtBy: 'payloads/size-2-mib',
    because: 'input',
    ...inputs((input) => input?.slice(0, oneMebibyte)),
  },
  {
    name: 'a character beyond the basic plane is broken',
    caughtBy: 'payloads/input-output-unicode',
    because: 'input',
    ...inputs((input) => input?.replace(/[\u{10000}-\u{10ffff}]/gu, '\ufffd')),
  },
  {
    name: 'an output is parsed and written anew',
    caughtBy: 'payloads/input-output-spaces',
    because: 'output',
    ...actions(
      () => (action) =>
        action.kind === 'completeWorkflow' && action.result !== undefined
          ? { ...action, result: parsed(action.result) }
          : action,
    ),
  },
  {
    name: 'the data of events is parsed and written anew',
    caughtBy: 'payloads/event-spaces',
    because: 'what the workflow saw',
    ...newEvents((events) =>
      events.map((event) =>
        event.kind === 'eventRaised' && event.data !== undefined ? { ...event, data: parsed(event.data) } : event,
      ),
    ),
  },
  {
    name: 'results of activities are parsed and written anew',
    caughtBy: 'payloads/activity-spaces',
    because: 'what came back',
    ...results((result) => result && parsed(result)),
  },
  {
    name: 'an empty result of an activity is dropped',
    caughtBy: 'payloads/activity-empty',
    because: 'what came back',
    ...results((result) => result || undefined),
  },
  {
    name: 'an absent result of an activity becomes null',
    caughtBy: 'payloads/activity-absent',
    because: 'what came back',
    ...results((result) => result ?? 'null'),
  },
  {
    name: 'inputs of children are parsed and written anew',
    caughtBy: 'payloads/child-spaces',
    because: 'what came back',
    ...actions(
      () => (action) =>
        action.kind === 'createChildWorkflow' && action.input !== undefined
          ? { ...action, input: parsed(action.input) }
          : action,
    ),
  },
  {
    name: 'an absent result of a child becomes empty',
    caughtBy: 'payloads/child-absent',
    because: 'what came back',
    ...newEvents((events) =>
      events.map((event) => (event.kind === 'childWorkflowCompleted' ? { result: '', ...event } : event)),
    ),
  },
  {
    name: 'a custom status is parsed and written anew',
    caughtBy: 'custom-status/json',
    because: 'custom status',
    ...responses(() => (response) => ({
      ...response,
      ...(response.customStatus === undefined ? {} : { customStatus: parsed(response.customStatus) }),
    })),
  },
  {
    name: 'ids are put in lower case',
    caughtBy: 'ids/look-alikes',
    because: 'already exists',
    ...ids((id) => id.toLowerCase()),
  },
  { name: 'ids are trimmed', caughtBy: 'ids/look-alikes', because: 'already exists', ...ids((id) => id.trim()) },
  {
    name: 'ids are composed',
    caughtBy: 'ids/look-alikes',
    because: 'already exists',
    ...ids((id) => id.normalize('NFC')),
  },
  { name: 'ids are cut off', caughtBy: 'ids/look-alikes', because: 'already exists', ...ids((id) => id.slice(0, 60)) },
  {
    name: 'ids end at their first colon',
    caughtBy: 'ids/look-alikes',
    because: 'already exists',
    ...ids((id) => id.split(':')[0] ?? ''),
  },
];

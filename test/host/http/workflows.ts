import type { TurnOutcome } from '../../../core/index.js';
import type {
  Action,
  ExecutionStarted,
  FailureDetails,
  HistoryEvent,
  TurnResponse,
} from '../../../core/orchestration/index.js';
import type { WorkerScript } from '../../support/scripted-worker.js';

/** The workflows of the recorded transcripts, as functions from a whole history to an answer. */
type Workflow = (started: ExecutionStarted, history: readonly HistoryEvent[]) => TurnResponse;

const nothing: TurnResponse = { actions: [] };

const waitForGo: Workflow = (_started, history) => {
  const [go] = raised(history, 'go');
  return go ? complete(go.data) : nothing;
};

const workflows: Readonly<Record<string, Workflow>> = {
  echo: ({ input }) => {
    try {
      return complete(input ? JSON.stringify(JSON.parse(input)) : '"undef"');
    } catch {
      return failed({ errorType: 'SyntaxError', errorMessage: 'input is no JSON', stackTrace: 'at echo' });
    }
  },
  waitEvt: waitForGo,
  childWait: waitForGo,
  'process-order': (_started, history) => (raised(history, 'approval').length > 0 ? complete('"shipped"') : nothing),
  waitTwo: (_started, history) => {
    const events = raised(history, 'e');
    return events.length < 2 ? nothing : complete(`[${events.map(({ data }) => data).join(',')}]`);
  },
  throws: ({ input }) => failed({ errorType: 'Error', errorMessage: input || 'wf bad', stackTrace: 'at throws' }),
  status: () => ({ actions: [], customStatus: 'step2' }),
  actFail: step({ kind: 'scheduleTask', id: 1, name: 'Failing' }),
  actUnknown: step({ kind: 'scheduleTask', id: 1, name: 'Nowhere' }),
  'one-step': step({ kind: 'scheduleTask', id: 1, name: 'Plus1', input: '1' }),
  parentFail: step({ kind: 'createChildWorkflow', id: 1, name: 'throws' }),
  parentWait: step({ kind: 'createChildWorkflow', id: 1, name: 'childWait' }),
  // The recorded worker never sent a child call of the turn that completes; this one does under another name.
  parentNoAwait: () => complete(undefined),
  leavesChild: () => ({
    actions: [
      { kind: 'createChildWorkflow', id: 1, name: 'childWait' },
      { kind: 'completeWorkflow', id: 2, status: 'COMPLETED' },
    ],
  }),
  stall: () => ({ actions: [{ kind: 'versionNotAvailable', id: 1 }] }),
};

/** Runs the table above; activities of the name `Plus1` work, others fail. */
export const runWorkflow: WorkerScript = {
  turn(item): TurnOutcome {
    const history = [...item.past(0), ...item.newEvents];
    const started = history.find((event) => event.kind === 'executionStarted');
    const run = workflows[item.workflowName];
    const unknown = {
      errorType: 'OrchestratorNotRegisteredError',
      errorMessage: 'not registered',
      stackTrace: 'at worker',
    };
    return { kind: 'answered', response: started && run ? run(started, history) : failed(unknown) };
  },
  activity: ({ name }) =>
    name === 'Plus1'
      ? { kind: 'completed', result: '2' }
      : { kind: 'failed', failure: { errorType: 'TypeError', errorMessage: 'boom' } },
};

/** One action, whose result is the workflow's own. */
function step(action: Action): Workflow {
  return (_started, history) => {
    for (const event of history) {
      if (event.kind === 'taskCompleted' || event.kind === 'childWorkflowCompleted') return complete(event.result);
      if (event.kind === 'taskFailed' || event.kind === 'childWorkflowFailed') {
        return failed({ errorType: 'TaskFailedError', errorMessage: 'step failed', stackTrace: 'at step' });
      }
    }
    return { actions: [action] };
  };
}

function complete(result: string | undefined): TurnResponse {
  return {
    actions: [{ kind: 'completeWorkflow', id: -1, status: 'COMPLETED', ...(result === undefined ? {} : { result }) }],
  };
}

function failed(failure: FailureDetails): TurnResponse {
  return { actions: [{ kind: 'completeWorkflow', id: -1, status: 'FAILED', failure }] };
}

function raised(history: readonly HistoryEvent[], name: string): Extract<HistoryEvent, { kind: 'eventRaised' }>[] {
  return history.flatMap((event) => (event.kind === 'eventRaised' && event.name.toLowerCase() === name ? [event] : []));
}

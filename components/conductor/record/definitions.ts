import type { Names } from './names.js';

/** Written into every definition that is ours: others are left alone, and a new host finds its queues by it. */
export const marker = 'wfhost';

/** Written into the task definition of an activity. */
export const activityMarker = `${marker} activity`;

const owner = { ownerEmail: 'wfhost@localhost', createdBy: marker, description: marker };

type Json = Readonly<Record<string, unknown>>;

/**
 * The one shape of every portable workflow. A loop of `cur`, the task that carries a turn's record: `decide`, or an
 * activity whose output already brings the next record. A record that has no single next task opens a gate (`route`):
 * `fork` sends off branches and leaves them running, `wait` sends nothing.
 */
export function workflowDefinition(names: Names): Json {
  return {
    ...owner,
    name: names.workflow,
    version: 1,
    schemaVersion: 2,
    timeoutPolicy: 'ALERT_ONLY',
    timeoutSeconds: 0,
    restartable: false,
    tasks: [turns(names), finish],
  };
}

/**
 * The expression in the expression: an output with `k` names the next task itself, one without (a task that was lost,
 * or a plain result) leads to `decide`.
 */
const nextTask = '${${workflow.input.wf.p${cur.output.k}}}';

/** What the start must bring for `nextTask`. */
export function routing(names: Names): Json {
  return { pnull: 'workflow.input.wf.d', p1: 'cur.output.next', d: names.decide };
}

const turns = (names: Names): Json => ({
  ...task('turns', 'DO_WHILE'),
  loopCondition: "$.cur['done'] != true",
  loopOver: [
    {
      ...task('cur', 'DYNAMIC', {
        task: nextTask,
        id: '${cur.output.id}',
        in: '${cur.output.in}',
        n: '${cur.output.n}',
      }),
      name: names.step,
      dynamicTaskNameParam: 'task',
      optional: true,
    },
    {
      ...switchOn('route', 'mode', '${cur.output.mode}'),
      decisionCases: {
        fork: [
          {
            ...task('emit', 'FORK_JOIN_DYNAMIC', { tasks: '${cur.output.tasks}', inputs: '${cur.output.inputs}' }),
            dynamicForkTasksParam: 'tasks',
            dynamicForkTasksInputParamName: 'inputs',
          },
          // Completed by a host when there is something to decide, with branches still running.
          { ...task('gate', 'JOIN'), asyncComplete: true },
        ],
        wait: [task('signal', 'WAIT')],
      },
    },
  ],
});

const terminate = (ref: string, status: string): Json =>
  task(ref, 'TERMINATE', {
    terminationStatus: status,
    terminationReason: '${cur.output.reason}',
    workflowOutput: '${cur.output.result}',
  });

const finish: Json = {
  ...switchOn('finish', 'end', '${cur.output.end}'),
  decisionCases: { failed: [terminate('failed', 'FAILED')], terminated: [terminate('terminated', 'TERMINATED')] },
  defaultCase: [terminate('completed', 'COMPLETED')],
};

function task(ref: string, type: string, inputParameters: Json = {}): Json {
  return { name: ref, taskReferenceName: ref, type, inputParameters };
}

function switchOn(ref: string, parameter: string, value: string): Json {
  return { ...task(ref, 'SWITCH', { [parameter]: value }), evaluatorType: 'value-param', expression: parameter };
}

/** One message for one instance: a small execution under the instance's id, whose task wakes any host. */
export function mailboxDefinition(names: Names): Json {
  return {
    ...owner,
    name: names.mailbox,
    version: 1,
    schemaVersion: 2,
    timeoutPolicy: 'ALERT_ONLY',
    timeoutSeconds: 0,
    restartable: false,
    // The host that took the message wakes the instance itself; the task is for when it died.
    tasks: [{ ...task(names.mail, 'SIMPLE'), taskReferenceName: 'mail', startDelay: 10 }],
  };
}

/** Retried without end when a host is lost; what an activity itself fails with is a result, and never retried here. */
export function branchDefinition(name: string, leaseSeconds: number): Json {
  return {
    ...owner,
    name,
    retryCount: 1_000_000,
    retryDelaySeconds: 0,
    timeoutPolicy: 'RETRY',
    timeoutSeconds: 0,
    responseTimeoutSeconds: leaseSeconds,
  };
}

/** A retry would be given the lost attempt's output as its input, so the loop itself is the retry. */
export function stepDefinition(names: Names, leaseSeconds: number): Json {
  return { ...branchDefinition(names.step, leaseSeconds), retryCount: 0 };
}

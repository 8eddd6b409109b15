import { WorkflowError, type ErrorCode } from '../errors.js';
import type { RuntimeStatus, WorkflowInstance } from '../instance.js';

/** Operations whose meaning depends on the status of the instance. */
export type JudgedOperation = 'start' | 'raiseEvent' | 'suspend' | 'resume' | 'terminate' | 'purge' | 'rerun';

/**
 * What an operation does in a status. `accept`: it becomes a fact (or is carried out). `drop`: answered as accepted,
 * recorded nowhere. `done`: already so, nothing to record. Otherwise it is refused with the code.
 */
export type Verdict = 'accept' | 'drop' | 'done' | { readonly refuse: ErrorCode };

const accept = 'accept';
const drop = 'drop';
const done = 'done';
const exists: Verdict = { refuse: 'ERR_INSTANCE_EXISTS' };
const notClosed: Verdict = { refuse: 'ERR_INSTANCE_NOT_CLOSED' };
const stalled: Verdict = { refuse: 'ERR_INSTANCE_STALLED' };
const absent: Verdict = { refuse: 'ERR_INSTANCE_NOT_FOUND' };

type Row = Readonly<Record<RuntimeStatus | 'ABSENT', Verdict>>;

/** The four ways to be closed answer alike. */
function row(open: Omit<Row, 'COMPLETED' | 'FAILED' | 'TERMINATED' | 'CANCELED'>, closed: Verdict): Row {
  return { ...open, COMPLETED: closed, FAILED: closed, TERMINATED: closed, CANCELED: closed };
}

/* prettier-ignore */
const table: Readonly<Record<JudgedOperation, Row>> = {
  // A closed instance is replaced, provided its descendants are closed too (the engine looks).
  start:      row({ ABSENT: accept, PENDING: exists,    RUNNING: exists,    SUSPENDED: exists,    STALLED: exists },  accept),
  raiseEvent: row({ ABSENT: absent, PENDING: accept,    RUNNING: accept,    SUSPENDED: accept,    STALLED: stalled }, drop),
  // A second suspend reaching a worker makes some SDKs spin for ever, so it is never recorded.
  suspend:    row({ ABSENT: absent, PENDING: accept,    RUNNING: accept,    SUSPENDED: done,      STALLED: stalled }, drop),
  resume:     row({ ABSENT: absent, PENDING: done,      RUNNING: done,      SUSPENDED: accept,    STALLED: stalled }, drop),
  // On a closed root a recursive terminate still walks to children that are live.
  terminate:  row({ ABSENT: absent, PENDING: accept,    RUNNING: accept,    SUSPENDED: accept,    STALLED: stalled }, done),
  purge:      row({ ABSENT: absent, PENDING: notClosed, RUNNING: notClosed, SUSPENDED: notClosed, STALLED: stalled }, accept),
  rerun:      row({ ABSENT: absent, PENDING: notClosed, RUNNING: notClosed, SUSPENDED: notClosed, STALLED: stalled }, accept),
};

/** Looks up the one table. `status` undefined: no such instance. A forced purge is not judged: it always applies. */
export function verdict(operation: JudgedOperation, status: RuntimeStatus | undefined): Verdict {
  return table[operation][status ?? 'ABSENT'];
}

/** Whether the operation becomes a fact; false: answered as accepted, nothing recorded. Throws what the table refuses with. */
export function judge(operation: JudgedOperation, instanceId: string, view: WorkflowInstance | undefined): boolean {
  const answer = verdict(operation, view?.status);
  if (typeof answer !== 'object') return answer === 'accept';
  throw new WorkflowError(answer.refuse, { instanceId, reason: view?.stalled?.description ?? '' });
}

import type { Action, CompleteWorkflow, ContinueAsNew } from '../action.js';
import type { EventInbox } from './event-inbox.js';

export type Completion = Omit<CompleteWorkflow, 'id'>;
export type Renewal = Omit<ContinueAsNew, 'id' | 'carryover'>;

/** How the code of an execution came to its end. */
export type Ending =
  | { readonly kind: 'ended'; readonly action: Completion }
  | { readonly kind: 'renewed'; readonly action: Renewal; readonly keepEvents: boolean }
  /** No code for the version this execution is pinned to. */
  | { readonly kind: 'versionMissing' };

/** The last action of an answer. Events the next run shall see are those nobody has waited for by now. */
export function lastAction(ending: Ending, id: number, inbox: EventInbox): Action {
  switch (ending.kind) {
    case 'ended':
      return { ...ending.action, id };
    case 'renewed':
      return { ...ending.action, id, carryover: ending.keepEvents ? inbox.unconsumed() : [] };
    case 'versionMissing':
      return { kind: 'versionNotAvailable', id };
  }
}

/** As the second half of a sentence about the code. */
export function endingInWords(ending: Ending): string {
  switch (ending.kind) {
    case 'ended':
      return `has ended (${ending.action.status})`;
    case 'renewed':
      return 'has continued as new';
    case 'versionMissing':
      return 'is not there in this version';
  }
}

import { anyGeneration } from '../../../core/orchestration/index.js';
import { hasEnded, type ServerExecution } from '../server/shapes.js';
import { readMessage, type Message } from './beginning.js';
import type { Mail } from './letter.js';

/** Whose mail it is. */
export interface Addressee {
  readonly run: string;
  readonly executionId: string;
  readonly generation: number;
}

/** The messages to an execution, in the order they were sent; those to an earlier run or generation are left out. */
export function mailFor(to: Addressee, mailboxes: readonly ServerExecution[]): Mail[] {
  const found: { readonly mail: Mail; readonly order: number }[] = [];
  for (const mailbox of mailboxes) {
    const message = readMessage(mailbox.input);
    if (!message || hasEnded(mailbox) || !isFor(to, message)) continue;
    const { workflowId, createTime = 0 } = mailbox;
    const generation = message.to?.generation ?? anyGeneration;
    const mail = {
      event: message.event,
      generation,
      stamp: 0,
      mail: message.key ?? workflowId,
      workflowId,
      atMs: createTime,
    };
    found.push({ mail, order: message.order });
  }
  found.sort((a, b) => a.mail.atMs - b.mail.atMs || a.order - b.order);
  return found.map(({ mail }) => mail);
}

function isFor(to: Addressee, message: Message): boolean {
  if (message.run !== to.run) return false;
  return !message.to || (message.to.executionId === to.executionId && message.to.generation === to.generation);
}

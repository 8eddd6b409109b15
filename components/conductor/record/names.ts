/** What the component calls its definitions and tasks on the server. */
export interface Names {
  /** The domain of every task, so that applications on one server do not take each other's. */
  readonly domain: string;
  readonly workflow: string;
  readonly mailbox: string;
  /** Task definition that gives every step its lease: Conductor looks it up by the name of the DYNAMIC task. */
  readonly step: string;
  readonly decide: string;
  readonly leave: string;
  readonly timer: string;
  readonly child: string;
  readonly post: string;
  readonly mail: string;
}

export function namesFor(prefix: string): Names {
  const named = (what: string): string => `${prefix}_${what}`;
  return {
    domain: prefix,
    workflow: named('workflow'),
    mailbox: named('mailbox'),
    step: named('step'),
    decide: named('decide'),
    leave: named('leave'),
    timer: named('timer'),
    child: named('child'),
    post: named('post'),
    mail: named('mail'),
  };
}

/** Names that Conductor would take for tasks of its own. */
const systemLike = /^[A-Z][A-Z_]*$/;

/**
 * The task name of an activity: its own, with what cannot be part of a path written as `~` and its code, and with a
 * mark where it would be a name of the server's or of ours. The true name travels in the task's input.
 */
export function activityTask(name: string, prefix: string): string {
  const plain = name.replaceAll(/[^\w.-]/gu, (sign) => `~${(sign.codePointAt(0) ?? 0).toString(16)}`);
  return systemLike.test(plain) || plain.startsWith(`${prefix}_`) || plain === '' ? `${plain}~` : plain;
}

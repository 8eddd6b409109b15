/** What the process exits with. Stable: scripts rely on the numbers. `docs/cli.md` prints this table. */
export const exitCodes = {
  ok: { code: 0, meaning: 'done' },
  unexpected: { code: 1, meaning: 'something unforeseen; the message says what' },
  usage: { code: 2, meaning: 'the command line or the request is wrong' },
  notFound: { code: 3, meaning: 'no such instance, component or file' },
  conflict: { code: 4, meaning: 'the state of the instance does not allow it (id taken, still running, stalled)' },
  unsupported: { code: 5, meaning: 'the component lacks the capability' },
  unreachable: { code: 6, meaning: 'no server answers there, or it cannot serve now' },
  auth: { code: 7, meaning: 'the API token is missing or wrong, or the host name is not allowed' },
  timeout: { code: 8, meaning: 'the time of --timeout is over; the instance goes on' },
  workflowFailed: { code: 10, meaning: 'the workflow that was waited for failed' },
  workflowTerminated: { code: 11, meaning: 'the workflow that was waited for was terminated or cancelled' },
  lintErrors: { code: 12, meaning: 'lint found errors' },
  conformance: { code: 20, meaning: 'the conformance suite failed, or what was compared differs' },
  interrupted: { code: 130, meaning: 'interrupted with Ctrl-C' },
} as const satisfies Record<string, { readonly code: number; readonly meaning: string }>;

export type ExitName = keyof typeof exitCodes;

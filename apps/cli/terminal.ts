/** The world as a command sees it. Tests pass their own; `main.ts` passes the process. */
export interface Terminal {
  /** Results. */
  readonly out: (text: string) => void;
  /** Messages, questions and progress: never mixed into results. */
  readonly err: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Whether results go to a terminal. */
  readonly isTty: boolean;
  /** Epoch ms. */
  readonly now: () => number;
  /** Asks on the terminal; `undefined` when there is nobody to ask. */
  readonly confirm: (question: string) => Promise<boolean | undefined>;
  /** Standard input to its end, as text. */
  readonly readInput: () => Promise<string>;
  /** Aborts at Ctrl-C. */
  readonly interrupted: AbortSignal;
}

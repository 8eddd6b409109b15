import type * as Suite from '../../../../conformance/index.js';
import type { ExitName } from '../../exit-codes.js';
import { CliFailure, usage } from '../../failure.js';

export type SuiteModule = typeof Suite;

const exits: Readonly<Record<Suite.ProblemKind, ExitName>> = {
  unreachable: 'unreachable',
  auth: 'auth',
  component: 'notFound',
  foreign: 'unexpected',
};

const remedies: Readonly<Record<Suite.ProblemKind, string>> = {
  unreachable: 'Start a host with "wfhost run", or name the address of another one with --http and --grpc.',
  auth: 'Give the token with --api-token, or in WFHOST_TOKEN or DAPR_API_TOKEN.',
  component: 'See which components the host has: wfhost component list --server URL.',
  foreign: 'The suite needs the Dapr workflow API over HTTP and a TaskHub over gRPC.',
};

/** Loads the suite for the commands that need it, and says its errors the way of the command line. */
export async function withSuite<T>(use: (suite: SuiteModule) => Promise<T>): Promise<T> {
  const suite = await import('../../../../conformance/index.js');
  try {
    return await use(suite);
  } catch (error) {
    if (error instanceof suite.BrokenDocument) throw usage(error.message);
    if (!(error instanceof suite.TargetProblem)) throw error;
    const { kind, message } = error;
    throw new CliFailure(exits[kind], message, { remedy: remedies[kind], cause: error });
  }
}

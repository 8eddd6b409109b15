import { CliFailure } from '../failure.js';
import type { Connection, ServerFlags } from './connection.js';

/** What `/v1.0/metadata` says, as far as it names the server. */
interface Metadata {
  readonly id: string;
  readonly extended?: Readonly<Record<string, string>>;
}

/** Refuses a server that is not the one `--app-id` and `--namespace` name. Asks nothing when neither is given. */
export async function checkIdentity(connection: Connection, flags: ServerFlags): Promise<void> {
  const { 'app-id': appId, namespace } = flags;
  if (appId === undefined && namespace === undefined) return;
  const metadata: Metadata = await connection.call('GET', '/v1.0/metadata');
  refuse('app', appId, metadata.id, connection.server);
  refuse('namespace', namespace, metadata.extended?.['namespace'], connection.server);
}

function refuse(what: string, wanted: string | undefined, found: string | undefined, server: string): void {
  if (wanted === undefined || wanted === found) return;
  throw new CliFailure('notFound', `${server} serves the ${what} "${found ?? ''}", not "${wanted}"`, {
    remedy: 'Name the right server with --server, or leave the flag out.',
  });
}

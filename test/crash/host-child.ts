import { join } from 'node:path';
import { createHost } from '../../sdk/hosting/index.js';
import { makeWorkflows, noteInFile } from './workflows.js';

/**
 * The process that is killed: a host with the built-in engine on a file, both doors, and, if it is told so, its workers
 * inside. It tells its ports once it is ready, drains on SIGTERM and leaves nothing else behind.
 */
const [, , folder = '.', place = 'embedded', grpcPort = '0'] = process.argv;
const { program, add } = makeWorkflows(noteInFile(join(folder, 'work.log')));
const host = await createHost({
  workflows: place === 'embedded' ? [program] : [],
  activities: place === 'embedded' ? [add] : [],
  http: { port: 0 },
  grpc: { port: Number(grpcPort) },
  config: { dataDir: join(folder, 'data') },
});
process.once('SIGTERM', () => {
  void host.close().then(() => process.disconnect());
});
process.send?.({ http: host.http?.port, grpc: host.grpc?.port });

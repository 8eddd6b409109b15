import { join } from 'node:path';
import { createHost } from '../../sdk/hosting/index.js';
import { makeWorkflows, noteInFile } from './workflows.js';

/**
 * The process that is killed: a host with the built-in engine on a file, both doors, and its workers inside. It tells
 * its ports once it is ready, drains on SIGTERM and leaves nothing else behind.
 */
const [, , folder = '.'] = process.argv;
const door = { host: '127.0.0.1', port: 0 };
const { program, add } = makeWorkflows(noteInFile(join(folder, 'work.log')));
const host = await createHost({
  workflows: [program],
  activities: [add],
  config: { dataDir: join(folder, 'data'), logLevel: 'warn', http: door, grpc: door },
});
process.once('SIGTERM', () => {
  void host.close().then(() => process.disconnect());
});
process.send?.({ http: host.http?.port, grpc: host.grpc?.port });

import { join } from 'node:path';
import { createWorker } from '../../sdk/worker/index.js';
import { makeWorkflows, noteInFile } from './workflows.js';

/** The other process that is killed: a worker on the host's stream. It finds the host again by itself. */
const [, , folder = '.', grpcPort = '0'] = process.argv;
const { program, add } = makeWorkflows(noteInFile(join(folder, 'work.log')));
const worker = await createWorker({ address: `127.0.0.1:${grpcPort}`, workflows: [program], activities: [add] });
process.once('SIGTERM', () => {
  worker.close();
  process.disconnect();
});
process.send?.('ready');

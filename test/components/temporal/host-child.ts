import { factory } from '../../../components/temporal/component.js';
import { openWith } from '../../../conformance/in-process/open-component.js';
import { SuiteWorker } from '../../../conformance/worker/suite-worker.js';

/** A host in a process of its own, to be killed: `node host-child.js ADDRESS QUEUE`. Says "ready" once it takes work. */
const [address = '', taskQueue = ''] = process.argv.slice(2);
const properties = { address, taskQueue, activityHeartbeatSeconds: '3' };
await openWith(factory, new SuiteWorker(), { properties });
process.stdout.write('ready\n');

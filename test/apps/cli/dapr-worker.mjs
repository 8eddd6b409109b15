/** A worker in a process of its own, written with Dapr's SDK: it finds the host by DAPR_GRPC_PORT, as any Dapr app does. */
import { WorkflowRuntime } from '@dapr/dapr';

const runtime = new WorkflowRuntime({ daprHost: '127.0.0.1', daprPort: process.env.DAPR_GRPC_PORT });
runtime.registerActivityWithName('shout', async (_context, text) => text.toUpperCase());
runtime.registerWorkflowWithName('shouting', async function* (context, text) {
  return yield context.callActivity('shout', text);
});
runtime.registerWorkflowWithName('waiting', async function* (context) {
  return yield context.waitForExternalEvent('go');
});
await runtime.start();
console.log('worker is up');

import { DaprWorkflowClient, WorkflowRuntime } from '@dapr/dapr';
import { inTime, lacking, programs } from './programs.js';
import { register } from './workflows.js';

const address = { daprHost: '127.0.0.1', daprPort: process.env['DAPR_GRPC_PORT'] ?? '' };

/** Says `ready` when it can be given work, and ends when whoever started it is gone. */
async function work(): Promise<void> {
  const runtime = new WorkflowRuntime(address);
  register(runtime);
  await runtime.start();
  process.stdin.once('end', () => process.exit(0)).resume();
  process.stdout.write('ready\n');
}

async function runAll(): Promise<void> {
  const client = new DaprWorkflowClient(address);
  for (const [program, run] of Object.entries(programs)) {
    const { ok, detail } = await inTime(run(client)).then(
      (remark) => ({ ok: true, detail: remark ?? '' }),
      (error: unknown) => ({ ok: false, detail: String(error) }),
    );
    process.stdout.write(`${JSON.stringify({ program, ok, detail })}\n`);
  }
  for (const [program, skipped] of Object.entries(lacking)) {
    process.stdout.write(`${JSON.stringify({ program, skipped })}\n`);
  }
  await client.stop();
}

await (process.argv[2] === 'worker' ? work() : runAll());

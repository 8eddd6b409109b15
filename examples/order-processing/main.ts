import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createHost, type EmbeddedHost } from '../../sdk/hosting/index.js';
import { activities } from './activities.js';
import type { Order } from './order.js';
import { approval, processOrder } from './workflow.js';

/** Starts a host with the workflow in this process, runs one order to its end, leaves another waiting, and serves on. */
async function main(): Promise<void> {
  const serve = process.argv.includes('--serve') || process.stdout.isTTY;
  const host = await createHost({
    workflows: [processOrder],
    activities,
    components: fileURLToPath(new URL('components', import.meta.url)),
    http: { port: await preferred(3500) },
    grpc: { port: await preferred(50_001) },
  });
  try {
    await runOrders(host, serve);
    if (serve) await interrupted();
  } finally {
    await host.close();
  }
}

async function runOrders(host: EmbeddedHost, serve: boolean): Promise<void> {
  // Earlier runs are still in the store: that is what it is for. So each run has ids of its own.
  const run = Date.now().toString(36);
  const first = await host.client.start(processOrder, orderOf(`order-${run}-1`), { id: `order-${run}-1` });
  await first.raise(approval, { approved: true, by: 'ann' });
  const receipt = await first.result();
  // Counted from the start of the process, so that loading, opening the store and listening are in it.
  const elapsedMs = Math.round(performance.now());
  console.log(`order ${receipt.orderId} is done: ${JSON.stringify(receipt)}`);
  console.log(`from the start of the process to the finished workflow: ${elapsedMs} ms`);

  const second = await host.client.start(processOrder, orderOf(`order-${run}-2`), { id: `order-${run}-2` });
  console.log(`order ${second.id} is above the limit and waits for approval`);
  printCommands(host, second.id, serve);
}

function printCommands({ http, grpc }: EmbeddedHost, waitingId: string, serve: boolean): void {
  const server = http && http.port !== 3500 ? ` --server http://127.0.0.1:${http.port}` : '';
  const where = serve ? 'in another terminal' : 'while it runs: npm start -- --serve';
  console.log(`\nTry next (${where}):`);
  console.log(`  npx wfhost workflow list${server}`);
  console.log(`  npx wfhost workflow raise-event ${waitingId}/approval -x '{"approved":true,"by":"you"}'${server}`);
  console.log(`  npx wfhost workflow show ${waitingId}${server}`);
  if (serve) console.log(`\nServing HTTP on port ${http?.port}, gRPC on port ${grpc?.port}. Ctrl-C ends it.`);
}

function orderOf(id: string): Order {
  return {
    id,
    customer: 'ann@example.com',
    lines: [
      { sku: 'desk', quantity: 2, priceCents: 49_900 },
      { sku: 'lamp', quantity: 3, priceCents: 3_950 },
    ],
  };
}

/** The port if it is free, else 0: any free one. */
async function preferred(port: number): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(0));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(port)));
  });
}

async function interrupted(): Promise<void> {
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}

await main();

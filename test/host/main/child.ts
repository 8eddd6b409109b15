import { loadConfig, runHost } from '../../../host/main.js';

/** A host in a process of its own; prints `up`, and does on request what a bug would do. */
const config = await loadConfig({
  flags: {
    'dapr-http-port': 0,
    'dapr-grpc-port': 0,
    'data-dir': process.argv[2],
    'log-as-json': true,
    'drain-timeout': 30_000,
  },
  env: {},
  cwd: process.cwd(),
});
process.on('message', (fault) => {
  if (fault === 'reject') void Promise.reject(new Error('nobody listens'));
  if (fault === 'throw') {
    setImmediate(() => {
      throw new Error('nobody catches');
    });
  }
});
process.exitCode = await runHost(config, {
  onUp: (host) => {
    host.pool.attach(neverDone());
    void host.service
      .start(undefined, { instanceId: 'a', workflowName: 'order' }, 'dapr')
      .then(() => process.send?.(process.argv[3] === 'busy' ? 'busy' : 'up'));
  },
});
process.disconnect?.();

/** Keeps its turn for ever when the host is to be busy; else takes none. */
function neverDone() {
  const suits = process.argv[3] === 'busy' ? ('any' as const) : ('no' as const);
  const never = new Promise<never>(() => {});
  return {
    label: 'never-done',
    suitsTurn: () => suits,
    suitsActivity: () => suits,
    hasRoom: () => true,
    turn: () => never,
    activity: () => never,
    forget: () => {},
  };
}

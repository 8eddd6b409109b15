export { replayHistory } from './replay-history.js';
export { testHost, type TestHost, type TestHostOptions } from './test-host.js';
export { hangs } from './watched-worker.js';

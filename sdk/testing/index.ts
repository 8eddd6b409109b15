export { testHost, type TestHost, type TestHostOptions } from './test-host.js';
export { hangs } from './watched-worker.js';

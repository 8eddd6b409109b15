export { createHost, type CreateHostOptions, type DoorOption, type EmbeddedHost } from './create-host.js';

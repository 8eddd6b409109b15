/** What a workflow author imports. Loads no server, no client and no store. */
export * from './authoring/index.js';

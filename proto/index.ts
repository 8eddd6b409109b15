/**
 * The wire. `convert` is the only mapping between it and the core; `historyCodec` is what stores keep. The generated
 * files are for servers that need descriptors (reflection, health). Import single files where start-up time counts:
 * the generated code is the slow part.
 */
export * from './convert/index.js';
export * from './history-codec.js';
export * as daprSchema from './gen/dapr_pb.js';
export * as healthSchema from './gen/health_pb.js';
export * as reflectionSchema from './gen/reflection_pb.js';
export * as reflectionAlphaSchema from './gen/reflection_v1alpha_pb.js';
export * as taskHubSchema from './gen/taskhub_pb.js';

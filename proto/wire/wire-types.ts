/** The protobuf wire types in use. */
export const varint = 0;
export const fixed64 = 1;
export const delimited = 2;
export const fixed32 = 5;

/** Bytes that are not what the schema says. Never leaves `proto`: callers turn it into the `WorkflowError` of their case. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

import { fromBinary, ScalarType, type DescField, type DescMessage, type MessageShape } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { WorkflowError } from '../../core/errors.js';

/**
 * Reads a message of the generated schema. Fields that another family of clients sends at the same number with another
 * wire type are passed over. Throws `ERR_REQUEST_MALFORMED`.
 */
export function readMessage<Desc extends DescMessage>(schema: Desc, bytes: Uint8Array): MessageShape<Desc> {
  try {
    return fromBinary(schema, withoutForeignFields(schema, bytes), { readUnknownFields: false });
  } catch (error) {
    throw WorkflowError.from(error, 'ERR_REQUEST_MALFORMED');
  }
}

/** The runtime takes a field's wire type for granted and would read nonsense out of a foreign one. */
function withoutForeignFields(schema: DescMessage, bytes: Uint8Array): Uint8Array {
  const fields = new Map(schema.fields.map((field) => [field.number, field]));
  const kept: Uint8Array[] = [];
  const reader = new BinaryReader(bytes);
  let size = 0;
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [number, wireType] = reader.tag();
    reader.skip(wireType, number);
    const field = fields.get(number);
    if (!field || !fits(field, wireType)) continue;
    const part = bytes.subarray(start, reader.pos);
    kept.push(part);
    size += part.length;
  }
  return size === bytes.length ? bytes : Buffer.concat(kept, size);
}

function fits(field: DescField, wireType: WireType): boolean {
  switch (field.fieldKind) {
    case 'message':
    case 'map':
      return wireType === WireType.LengthDelimited;
    case 'enum':
      return wireType === WireType.Varint;
    case 'scalar':
      return wireType === scalarWireType(field.scalar);
    case 'list':
      // A list of numbers may be packed or not.
      return wireType === WireType.LengthDelimited || (field.listKind !== 'message' && wireType === WireType.Varint);
    default:
      return false;
  }
}

/** The schemas here use no fixed-width numbers. */
function scalarWireType(type: ScalarType): WireType {
  return type === ScalarType.STRING || type === ScalarType.BYTES ? WireType.LengthDelimited : WireType.Varint;
}

import { create, toBinary, type DescMessage, type MessageInitShape } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** Protobuf fields as a test wants them, whatever a schema says. */
export class RawMessage {
  readonly #writer = new BinaryWriter();

  int(field: number, value: bigint | number): this {
    this.#writer.tag(field, WireType.Varint).int64(value);
    return this;
  }

  text(field: number, value: string): this {
    this.#writer.tag(field, WireType.LengthDelimited).string(value);
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.#writer.tag(field, WireType.LengthDelimited).bytes(value);
    return this;
  }

  fixed64(field: number, value: number): this {
    this.#writer.tag(field, WireType.Bit64).double(value);
    return this;
  }

  fixed32(field: number, value: number): this {
    this.#writer.tag(field, WireType.Bit32).float(value);
    return this;
  }

  finish(): Uint8Array {
    return this.#writer.finish();
  }
}

export function raw(): RawMessage {
  return new RawMessage();
}

/** `read` when the call returns, else the code of what it throws. */
export function outcomeOf(call: () => unknown): string {
  try {
    call();
    return 'read';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

/** A message of the generated schema, as bytes. */
export function bytesOf<D extends DescMessage>(schema: D, init: MessageInitShape<D>): Uint8Array {
  return toBinary(schema, create(schema, init));
}

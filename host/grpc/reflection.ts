import { create, toBinary, type DescFile, type DescService, type MessageInitShape } from '@bufbuild/protobuf';
import { nestedTypes } from '@bufbuild/protobuf/reflect';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { status, type ServerDuplexStream } from '@grpc/grpc-js';
import { readMessage } from '../../proto/convert/message.js';
import {
  ServerReflection,
  ServerReflectionRequestSchema,
  ServerReflectionResponseSchema,
  type ServerReflectionRequest,
} from '../../proto/gen/reflection_pb.js';
import { ServerReflection as ServerReflectionAlpha } from '../../proto/gen/reflection_v1alpha_pb.js';
import { statusOf } from './status.js';
import type { Method } from './rpc.js';

type Answer = NonNullable<MessageInitShape<typeof ServerReflectionResponseSchema>['messageResponse']>;

/**
 * The standard reflection service over the generated descriptors, so that tools need no proto files. The older version
 * has the same messages under another name.
 */
export function reflectionMethods(services: readonly DescService[]): readonly Method[] {
  const described = [...services, ServerReflection, ServerReflectionAlpha];
  const catalog = new DescriptorCatalog(described);
  const handle = (call: ServerDuplexStream<Buffer, Uint8Array>): void => answerAll(call, catalog);
  return [ServerReflection, ServerReflectionAlpha].map((service) => ({
    kind: 'duplex',
    path: `/${service.typeName}/ServerReflectionInfo`,
    handle,
  }));
}

function answerAll(call: ServerDuplexStream<Buffer, Uint8Array>, catalog: DescriptorCatalog): void {
  call.on('data', (bytes: Buffer) => {
    try {
      const request = readMessage(ServerReflectionRequestSchema, bytes);
      const response = { validHost: request.host, originalRequest: request, messageResponse: catalog.answer(request) };
      call.write(toBinary(ServerReflectionResponseSchema, create(ServerReflectionResponseSchema, response)));
    } catch (error) {
      call.emit('error', statusOf(error));
    }
  });
  call.on('end', () => call.end());
}

/** Files by name and by the full names of what they declare. */
class DescriptorCatalog {
  readonly #services: readonly string[];
  readonly #files = new Map<string, DescFile>();
  readonly #bySymbol = new Map<string, DescFile>();

  constructor(services: readonly DescService[]) {
    this.#services = services.map((service) => service.typeName);
    for (const service of services) this.#add(service.file);
  }

  answer({ messageRequest }: ServerReflectionRequest): Answer {
    switch (messageRequest.case) {
      case 'listServices':
        return { case: 'listServicesResponse', value: { service: this.#services.map((name) => ({ name })) } };
      case 'fileByFilename':
        return this.#fileAnswer(this.#files.get(messageRequest.value), messageRequest.value);
      case 'fileContainingSymbol':
        return this.#fileAnswer(this.#bySymbol.get(messageRequest.value), messageRequest.value);
      case 'allExtensionNumbersOfType':
        return this.#bySymbol.has(messageRequest.value)
          ? { case: 'allExtensionNumbersResponse', value: { baseTypeName: messageRequest.value } }
          : notFound(messageRequest.value);
      case 'fileContainingExtension':
        return notFound(messageRequest.value.containingType);
      default:
        return { case: 'errorResponse', value: { errorCode: status.INVALID_ARGUMENT, errorMessage: 'empty request' } };
    }
  }

  /** The file and, before it, everything it imports: a tool asks once. */
  #fileAnswer(file: DescFile | undefined, name: string): Answer {
    if (!file) return notFound(name);
    const files = [...new Set([file, ...importsOf(file)])];
    const fileDescriptorProto = files.map((each) => toBinary(FileDescriptorProtoSchema, each.proto));
    return { case: 'fileDescriptorResponse', value: { fileDescriptorProto } };
  }

  #add(file: DescFile): void {
    if (this.#files.has(fileNameOf(file))) return;
    this.#files.set(fileNameOf(file), file);
    for (const declared of nestedTypes(file)) {
      this.#bySymbol.set(declared.typeName, file);
      if (declared.kind !== 'service') continue;
      for (const method of declared.methods) this.#bySymbol.set(`${declared.typeName}.${method.name}`, file);
    }
    for (const imported of file.dependencies) this.#add(imported);
  }
}

function importsOf(file: DescFile): readonly DescFile[] {
  return file.dependencies.flatMap((imported) => [imported, ...importsOf(imported)]);
}

/** Descriptors drop the ending; tools ask with it. */
function fileNameOf(file: DescFile): string {
  return file.proto.name;
}

function notFound(name: string): Answer {
  return { case: 'errorResponse', value: { errorCode: status.NOT_FOUND, errorMessage: `not found: ${name}` } };
}

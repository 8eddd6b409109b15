import { describe, expect, test } from '@jest/globals';
import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { Metadata } from '@grpc/grpc-js';
import { profileOf, type StreamProfile } from '../../../../host/grpc/work-items/stream-profile.js';
import { decodeGetWorkItems } from '../../../../proto/index.js';
import { GetWorkItemsRequestSchema } from '../../../../proto/gen/taskhub_pb.js';

interface Row {
  readonly worker: string;
  readonly request: MessageInitShape<typeof GetWorkItemsRequestSchema>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly profile: Partial<StreamProfile>;
}

const rows: readonly Row[] = [
  {
    worker: "Dapr's JavaScript SDK",
    request: {},
    metadata: { 'user-agent': 'dapr-js-sdk/workflow v3.18.0 grpc-node-js/1.14.0' },
    profile: {
      dialect: 'neutral',
      keepsHistory: false,
      wantsCleanEnd: true,
      credit: { turns: 100, activities: 90, total: 100 },
    },
  },
  {
    worker: "Dapr's Java SDK",
    request: {},
    metadata: { 'user-agent': 'dapr-sdk-java/v1.17.1 grpc-java-netty/1.59' },
    profile: { dialect: 'dapr', keepsHistory: false, wantsCleanEnd: false },
  },
  {
    worker: "Dapr's Go and Python SDKs that keep history",
    request: { capabilities: [2] },
    metadata: { 'user-agent': 'grpc-go/1.60' },
    profile: { dialect: 'dapr', keepsHistory: true },
  },
  {
    worker: 'an older Python SDK of either family',
    request: { maxConcurrentOrchestrationWorkItems: 16, maxConcurrentActivityWorkItems: 32 },
    metadata: { 'user-agent': 'grpc-python/1.60' },
    profile: { dialect: 'neutral', credit: { turns: 16, activities: 32, total: 48 } },
  },
  {
    worker: "Microsoft's .NET SDK",
    request: { maxConcurrentActivityWorkItems: 5000, maxConcurrentEntityWorkItems: 10, otherCapabilities: [1] },
    metadata: { 'user-agent': 'grpc-dotnet/2.60' },
    profile: { dialect: 'ms', keepsHistory: false, credit: { turns: 100, activities: 1000, total: 1100 } },
  },
  {
    worker: 'a worker of the Durable Task Scheduler',
    request: {},
    metadata: { taskhub: 'default', 'user-agent': 'grpc-node-js/1.14.0' },
    profile: { dialect: 'ms' },
  },
  {
    worker: 'our own SDK',
    request: { capabilities: [2] },
    metadata: { 'x-wfhost-sdk': '0.1.0', 'user-agent': 'grpc-node-js/1.14.0' },
    profile: { dialect: 'dapr', keepsHistory: true, sdk: '0.1.0', credit: { turns: 100, activities: 100, total: 200 } },
  },
];

describe('what is known of a worker by its first call', () => {
  test.each(rows)('$worker', ({ request, metadata, profile }) => {
    const sent = new Metadata();
    for (const [key, value] of Object.entries(metadata)) sent.set(key, value);
    const bytes = toBinary(GetWorkItemsRequestSchema, create(GetWorkItemsRequestSchema, request));
    expect(profileOf(decodeGetWorkItems(bytes), sent)).toMatchObject(profile);
  });
});

import { capabilityNames, type CapabilityName, type ComponentLimits } from '../../core/index.js';
import type { DoorName, ManagementDoor } from '../door.js';
import { grpcDoor } from '../doors/grpc.js';
import { httpDoor } from '../doors/http.js';
import { taskHubDoor } from '../doors/taskhub.js';
import { defaultPatienceMs, type OpenTarget } from '../in-process/open-component.js';
import type { Profile } from '../profile.js';
import type { ConformanceTarget } from '../run.js';
import type { WireOptions } from '../wire/client.js';
import { SuiteWorker } from '../worker/suite-worker.js';
import { attachToTaskHub } from '../worker/taskhub-worker.js';
import { TargetProblem, describeRemote, greetTaskHub, type RemoteComponent } from './describe.js';

/** Doors of a host that is reached over the wire. */
export const wireDoors = ['http', 'grpc', 'taskhub'] as const satisfies readonly DoorName[];
export type WireDoor = (typeof wireDoors)[number];

export interface RemoteOptions {
  /** `host:port` of gRPC: the suite's worker is connected there. */
  readonly grpc: string;
  /** `http://host:port`. Absent: no HTTP door, and what the component declares must be in the profile. */
  readonly http?: string;
  /** Name of the component. Default: the default component of the host. */
  readonly component?: string;
  readonly apiToken?: string;
  /** Default: all there is an address for. */
  readonly doors?: readonly WireDoor[];
  /** Stands in for the manifest where the server shows none. */
  readonly profile?: Profile;
  readonly patienceMs?: number;
}

/** Bounds of a server that tells none: Dapr's. */
const daprLimits: ComponentLimits = {
  payloadBytes: 4 * 1024 * 1024,
  instanceIdBytes: 64,
  historyEvents: 10_000,
  openTasks: 1_000,
  inboxEvents: 1_000,
  timerGranularityMs: 1_000,
  listLagMs: 1_000,
  purgeLagMs: 1_000,
  recoveryMs: 60_000,
};

/**
 * A host somewhere else, seen from outside: doors over the wire, and the suite's worker at its TaskHub. The worker takes
 * every workflow it is offered, so the component should serve nobody else meanwhile. Throws `TargetProblem`.
 */
export async function openRemote(options: RemoteOptions): Promise<OpenTarget> {
  const { grpc: address, http, component, apiToken, profile } = options;
  const wire: WireOptions = {
    address,
    ...(apiToken === undefined ? {} : { apiToken }),
    ...(component === undefined ? {} : { component }),
  };
  const described = http === undefined ? undefined : await describeRemote(http, component, apiToken);
  await greetTaskHub(wire);
  if (described?.ready === false) {
    const { name, reason = 'no reason is given' } = described;
    throw new TargetProblem('unreachable', `the component "${name}" is not ready: ${reason}`);
  }
  const doors = doorsOf(options, wire, described !== undefined);
  if (doors.length === 0) throw new TargetProblem('foreign', 'the HTTP door needs the HTTP address of the host');
  const worker = new SuiteWorker();
  let stream = attachToTaskHub(worker, wire);
  const target: ConformanceTarget = {
    component: described?.name ?? component ?? profile?.name ?? address,
    doors,
    worker,
    capabilities: described?.capabilities ?? assumed(profile),
    limits: described?.limits ?? daprLimits,
    patienceMs: options.patienceMs ?? profile?.patienceMs ?? defaultPatienceMs,
    disconnectWorker: async () => stream.close(),
    reconnectWorker: async () => {
      stream.close();
      stream = attachToTaskHub(worker, wire);
    },
  };
  const close = async (): Promise<void> => {
    stream.close();
    await Promise.all(doors.map((door) => door.close()));
  };
  return { target, close };
}

function doorsOf(
  { doors = wireDoors, http: url, component, apiToken }: RemoteOptions,
  wire: WireOptions,
  ownRoutes: boolean,
): readonly ManagementDoor[] {
  const given = {
    ownRoutes,
    ...(component === undefined ? {} : { component }),
    ...(apiToken === undefined ? {} : { apiToken }),
  };
  const open: Readonly<Record<WireDoor, () => ManagementDoor | undefined>> = {
    http: () => (url === undefined ? undefined : httpDoor({ url, ...given })),
    grpc: () => grpcDoor(wire),
    taskhub: () => taskHubDoor(wire),
  };
  return doors.flatMap((name) => open[name]() ?? []);
}

/** Where a server shows no manifest: what its profile says, else all that Dapr has. */
function assumed(profile: Profile | undefined): RemoteComponent['capabilities'] {
  const beyondDapr: readonly CapabilityName[] = ['nativeWorkflows', 'inlineActivities'];
  const has = (name: CapabilityName): boolean =>
    profile ? profile.capabilities.includes(name) : !beyondDapr.includes(name);
  return Object.fromEntries(capabilityNames.map((name) => [name, has(name)])) as RemoteComponent['capabilities'];
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { DoorName, OpenTarget, TargetOpener, WireDoor } from '../../../../conformance/index.js';
import type { HostConfig, HostParts, RunningHost } from '../../../../host/index.js';
import { CliFailure, usage } from '../../failure.js';
import { withHost } from '../with-host.js';
import type { Engine } from './engines.js';
import type { SuiteModule } from './with-suite.js';

/** A host of its own for an engine, with its data in a temporary folder that `close` removes. */
export async function startEngine(
  engine: Engine,
  changes: Partial<HostConfig> = {},
  parts: Pick<HostParts, 'workers'> = {},
): Promise<{ readonly host: RunningHost; readonly close: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'wfhost-conformance-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const config = await engine.config(folder);
    const host = await withHost(({ openHost }) => openHost({ ...config, ...changes }, parts));
    const close = async (): Promise<void> => {
      await host.close();
      await remove();
    };
    await untilReady(host, engine.component).catch(async (error: unknown) => {
      await close();
      throw error;
    });
    return { host, close };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** How long a component may take to reach its server, ms. */
const readyWithinMs = 10_000;

/** A component whose server does not answer goes on trying; here it is said. */
async function untilReady(host: RunningHost, name: string): Promise<void> {
  const { component } = host.service.components.resolve(name);
  const deadline = performance.now() + readyWithinMs;
  for (let health = component.health(); !health.ready; health = component.health()) {
    if (performance.now() > deadline) {
      throw new CliFailure(
        'unreachable',
        `the component "${name}" is not ready: ${health.reason ?? 'it does not say why'}`,
      );
    }
    await pause(50);
  }
}

/** The ways into an engine that lead to these doors: in process, and over the wire of a host with listening doors. */
export function waysInto(
  suite: SuiteModule,
  engine: Engine,
  doors: readonly DoorName[],
  patienceMs: number | undefined,
): readonly [TargetOpener, ...TargetOpener[]] {
  const wire = suite.wireDoors.filter((name) => doors.includes(name));
  const inProcess = (): Promise<OpenTarget> => openInside(suite, engine, patienceMs);
  const outside = (): Promise<OpenTarget> => openOutside(suite, engine, wire, patienceMs);
  const ways = [...(doors.includes('in-process') ? [inProcess] : []), ...(wire.length > 0 ? [outside] : [])];
  const [first, ...others] = ways;
  if (!first) throw usage('--door names no door');
  return [first, ...others];
}

const anyPort = { host: '127.0.0.1', port: 0 };

async function openInside(suite: SuiteModule, engine: Engine, patienceMs: number | undefined): Promise<OpenTarget> {
  const { host, close } = await startEngine(engine);
  const { component } = host.service.components.resolve(engine.component);
  const worker = new suite.SuiteWorker();
  let seat = host.pool.attach(worker);
  return {
    target: {
      component: engine.name,
      doors: [suite.inProcessDoor(component)],
      worker,
      capabilities: component.manifest.capabilities,
      limits: component.manifest.limits,
      patienceMs: patienceMs ?? engine.profile?.patienceMs ?? suite.defaultPatienceMs,
      disconnectWorker: async () => seat.detach(),
      reconnectWorker: async () => {
        seat.detach();
        seat = host.pool.attach(worker);
      },
    },
    close,
  };
}

async function openOutside(
  suite: SuiteModule,
  engine: Engine,
  doors: readonly WireDoor[],
  patienceMs: number | undefined,
): Promise<OpenTarget> {
  const { host, close } = await startEngine(engine, { http: anyPort, grpc: anyPort });
  try {
    const remote = await suite.openRemote({
      http: `http://127.0.0.1:${host.http?.port}`,
      grpc: `127.0.0.1:${host.grpc?.port}`,
      component: engine.component,
      doors,
      ...(engine.profile ? { profile: engine.profile } : {}),
      ...(patienceMs === undefined ? {} : { patienceMs }),
    });
    const closeBoth = async (): Promise<void> => {
      await remote.close();
      await close();
    };
    return { target: remote.target, close: closeBoth };
  } catch (error) {
    await close();
    throw error;
  }
}

import type { ErrorCode } from '../../core/index.js';
import type { World } from '../world.js';

/** States an instance can be in when an operation comes, and how it gets there. */
export const states = [
  'absent',
  'pending',
  'running',
  'suspended',
  'completed',
  'failed',
  'terminated',
  'stalled',
] as const;
export type StateName = (typeof states)[number];

/** The event that a running instance waits for. */
export const goEvent = 'go';

const farMs = 10 * 60 * 60 * 1000;

/** Brings a new instance into the state and returns its id. */
export async function reach(world: World, state: StateName): Promise<string> {
  switch (state) {
    case 'absent':
      return world.id();
    case 'pending':
      return world.start([], { startAtMs: Date.now() + farMs });
    case 'running':
      return running(world);
    case 'suspended': {
      const id = await running(world);
      await world.door.suspend(id);
      await world.until(id, 'SUSPENDED');
      return id;
    }
    case 'completed': {
      const id = await world.startEcho('"in"');
      await world.ends(id);
      return id;
    }
    case 'failed': {
      const id = await world.start([{ kind: 'fail', message: 'planned' }]);
      await world.ends(id, 'FAILED');
      return id;
    }
    case 'terminated': {
      const id = await running(world);
      await world.door.terminate(id);
      await world.ends(id, 'TERMINATED');
      return id;
    }
    case 'stalled': {
      const instanceId = world.id();
      const starting = world.start([{ kind: 'version', name: `missing-${instanceId}` }], { instanceId });
      // A door that answers a start only after the first turn has nothing to answer with.
      starting.catch(() => undefined);
      await world.until(instanceId, 'STALLED');
      return instanceId;
    }
  }
}

async function running(world: World): Promise<string> {
  const id = await world.start([{ kind: 'wait', name: goEvent }]);
  await world.until(id, 'RUNNING');
  return id;
}

/** `accepted`, or the code it is refused with. */
export type Expected = 'accepted' | ErrorCode;

import type { TurnItem } from '../../../core/index.js';
import type { HistoryEvent } from '../../../core/orchestration/index.js';

/** Makes the bytes that stand for events in a work item: fields one after another, so that regions can be joined. */
export type EncodeEvents = (events: readonly HistoryEvent[]) => Uint8Array;

interface Region {
  readonly component: string;
  readonly executionId: string;
  /** One encoder per dialect: a region of another dialect is of no use. */
  readonly encode: EncodeEvents;
  /** How many events are in it, from the first of the execution on. */
  count: number;
  bytes: Buffer;
  used: number;
}

/**
 * The encoded past of executions that workers without a history of their own are given turn after turn: each turn appends
 * what is new instead of encoding everything again. The least recently used go when the bytes run out.
 */
export class PastRegions {
  readonly #maxBytes: number;
  /** By instance id, least recently used first. */
  readonly #regions = new Map<string, Region>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The past of the item, encoded. The bytes are good until the next call. */
  of(item: TurnItem, encode: EncodeEvents): Uint8Array {
    if (item.pastCount === 0) return noBytes;
    const region = this.#take(item, encode) ?? emptyRegion(item, encode);
    if (region.count < item.pastCount) append(region, encode(item.past(region.count)));
    region.count = item.pastCount;
    this.#put(item.instanceId, region);
    return region.bytes.subarray(0, region.used);
  }

  forget(instanceId: string): void {
    const region = this.#regions.get(instanceId);
    if (!region) return;
    this.#regions.delete(instanceId);
    this.#bytes -= region.bytes.length;
  }

  /** The region that is the beginning of the item's past, taken out. */
  #take(item: TurnItem, encode: EncodeEvents): Region | undefined {
    const region = this.#regions.get(item.instanceId);
    if (!region) return undefined;
    this.forget(item.instanceId);
    const fits =
      region.executionId === item.executionId &&
      region.component === item.component &&
      region.encode === encode &&
      region.count <= item.pastCount;
    return fits ? region : undefined;
  }

  #put(instanceId: string, region: Region): void {
    if (region.bytes.length > this.#maxBytes) return;
    this.#regions.set(instanceId, region);
    this.#bytes += region.bytes.length;
    while (this.#bytes > this.#maxBytes) {
      const [oldest] = this.#regions.keys();
      if (oldest === undefined) return;
      this.forget(oldest);
    }
  }
}

const noBytes = new Uint8Array(0);

function emptyRegion({ component, executionId }: TurnItem, encode: EncodeEvents): Region {
  return { component, executionId, encode, count: 0, bytes: Buffer.alloc(0), used: 0 };
}

/** Grows by half, so that a long execution is copied a few times and not once per turn. */
function append(region: Region, added: Uint8Array): void {
  const used = region.used + added.length;
  if (used > region.bytes.length) {
    const larger = Buffer.allocUnsafeSlow(Math.max(used, Math.ceil(region.bytes.length * 1.5)));
    region.bytes.copy(larger, 0, 0, region.used);
    region.bytes = larger;
  }
  region.bytes.set(added, region.used);
  region.used = used;
}

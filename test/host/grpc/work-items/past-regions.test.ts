import { describe, expect, test } from '@jest/globals';
import type { TurnItem } from '../../../../core/index.js';
import type { HistoryEvent } from '../../../../core/orchestration/index.js';
import { PastRegions, type EncodeEvents } from '../../../../host/grpc/work-items/past-regions.js';

const history: readonly HistoryEvent[] = Array.from({ length: 40 }, (_, index) => ({
  kind: 'eventRaised',
  eventId: -1,
  timestampMs: index,
  name: `e${index}`,
}));

/** One line per event, so that a region can be read. */
function encoder(): { encode: EncodeEvents; encoded: () => number } {
  let count = 0;
  const encode: EncodeEvents = (events) => {
    count += events.length;
    return Buffer.from(events.map((event) => `${event.timestampMs},`).join(''));
  };
  return { encode, encoded: () => count };
}

function turn(
  pastCount: number,
  fields: Partial<Pick<TurnItem, 'instanceId' | 'executionId' | 'component'>> = {},
): TurnItem {
  return {
    component: 'c',
    instanceId: 'i',
    executionId: 'x',
    generation: 0,
    workflowName: 'w',
    leaseToken: 't',
    pastCount,
    newEvents: [],
    past: (from) => history.slice(from, pastCount),
    ...fields,
  };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

function expected(count: number): string {
  return history
    .slice(0, count)
    .map((event) => `${event.timestampMs},`)
    .join('');
}

describe('the encoded past of an execution', () => {
  test('grows turn by turn, each event encoded once', () => {
    const regions = new PastRegions(10_000);
    const { encode, encoded } = encoder();
    for (const count of [0, 3, 3, 7, 40]) expect(text(regions.of(turn(count), encode))).toBe(expected(count));
    expect(encoded()).toBe(40);
  });

  test.each([
    { name: 'another execution', next: turn(4, { executionId: 'y' }) },
    { name: 'another component', next: turn(4, { component: 'd' }) },
    { name: 'a history that was rolled back', next: turn(2) },
  ])('begins again for $name', ({ next }) => {
    const regions = new PastRegions(10_000);
    const { encode, encoded } = encoder();
    regions.of(turn(3), encode);
    expect(text(regions.of(next, encode))).toBe(expected(next.pastCount));
    expect(encoded()).toBe(3 + next.pastCount);
  });

  test('begins again for another dialect', () => {
    const regions = new PastRegions(10_000);
    regions.of(turn(3), encoder().encode);
    const other = encoder();
    expect(text(regions.of(turn(4), other.encode))).toBe(expected(4));
    expect(other.encoded()).toBe(4);
  });

  test('is forgotten when asked', () => {
    const regions = new PastRegions(10_000);
    regions.of(turn(3), encoder().encode);
    regions.forget('i');
    expect(regions.bytes).toBe(0);
  });

  test('makes room by leaving out the least recently used', () => {
    const regions = new PastRegions(60);
    const { encode, encoded } = encoder();
    for (const instanceId of ['a', 'b', 'a', 'c']) regions.of(turn(10, { instanceId }), encode);
    expect(regions.bytes).toBeLessThanOrEqual(60);
    const before = encoded();
    regions.of(turn(10, { instanceId: 'a' }), encode);
    expect(encoded()).toBe(before);
  });

  test('is not kept when it is larger than all that may be kept', () => {
    const regions = new PastRegions(10);
    expect(text(regions.of(turn(40), encoder().encode))).toBe(expected(40));
    expect(regions.bytes).toBe(0);
  });
});

import { describe, expect, test } from '@jest/globals';
import {
  Assignments,
  type ActivityAssignment,
  type Assignment,
  type Holder,
  type TurnAssignment,
} from '../../../../host/grpc/work-items/assignments.js';

/** Records what goes out, in order. */
class Wire {
  readonly sent: string[] = [];

  turn(token: string, holder: Holder, fields: { instanceId?: string; component?: string } = {}): TurnAssignment {
    const { instanceId = 'i', component = 'c' } = fields;
    return {
      kind: 'turn',
      token,
      instanceId,
      component,
      holder,
      send: () => this.sent.push(token),
      settle: () => undefined,
    };
  }

  activity(token: string, holder: Holder, taskId: number, component = 'c'): ActivityAssignment {
    return {
      kind: 'activity',
      token,
      instanceId: 'i',
      taskId,
      component,
      holder,
      send: () => this.sent.push(token),
      settle: () => undefined,
    };
  }
}

const silent = (peer = 'p1'): Holder => ({ label: peer, peer, dialect: 'dapr', echoesTokens: undefined });
const echoing = (peer = 'p1'): Holder => ({ label: peer, peer, dialect: 'dapr', echoesTokens: true });

function setUp(): { assignments: Assignments; wire: Wire } {
  return { assignments: new Assignments(), wire: new Wire() };
}

describe('a completion with a token', () => {
  test('takes exactly the item it was made for', () => {
    const { assignments, wire } = setUp();
    const holder = silent();
    const first = wire.turn('t1', holder);
    assignments.add(first);
    assignments.add(wire.turn('t2', holder, { instanceId: 'other' }));
    expect(assignments.take({ token: 't1', instanceId: 'i', peer: 'p1' })).toBe(first);
    expect(assignments.size).toBe(1);
  });

  test.each<{ name: string; claim: Parameters<Assignments['take']>[0] }>([
    { name: 'a made-up token', claim: { token: 'x', instanceId: 'i', peer: 'p1' } },
    { name: 'the token of another instance', claim: { token: 't1', instanceId: 'j', peer: 'p1' } },
    { name: 'the token of a turn for an activity', claim: { token: 't1', instanceId: 'i', taskId: 1, peer: 'p1' } },
  ])('is ignored when it carries $name', ({ claim }) => {
    const { assignments, wire } = setUp();
    assignments.add(wire.turn('t1', silent()));
    expect(assignments.take(claim)).toBe('wrong token');
    expect(assignments.size).toBe(1);
  });

  test('is taken once', () => {
    const { assignments, wire } = setUp();
    assignments.add(wire.turn('t1', silent()));
    assignments.take({ token: 't1', instanceId: 'i', peer: 'p1' });
    expect(assignments.take({ token: 't1', instanceId: 'i', peer: 'p1' })).toBe('wrong token');
  });
});

describe('a worker that echoes no token', () => {
  test('has at most one item of an instance out, over components and streams', () => {
    const { assignments, wire } = setUp();
    assignments.add(wire.turn('t1', silent('p1'), { component: 'a' }));
    assignments.add(wire.turn('t2', silent('p2'), { component: 'b' }));
    expect(wire.sent).toEqual(['t1']);
    expect(assignments.take({ token: '', instanceId: 'i', peer: 'p1' })).toMatchObject({ token: 't1' });
    expect(wire.sent).toEqual(['t1', 't2']);
    expect(assignments.take({ token: '', instanceId: 'i', peer: 'p2' })).toMatchObject({ token: 't2' });
    expect(assignments.size).toBe(0);
  });

  test('has activities of one instance out side by side, and beside its turn', () => {
    const { assignments, wire } = setUp();
    const holder = silent();
    assignments.add(wire.turn('t', holder));
    assignments.add(wire.activity('a1', holder, 1));
    assignments.add(wire.activity('a2', holder, 2));
    assignments.add(wire.activity('again', holder, 2));
    expect(wire.sent).toEqual(['t', 'a1', 'a2']);
    expect(assignments.take({ token: '', instanceId: 'i', taskId: 2, peer: 'p1' })).toMatchObject({ token: 'a2' });
    expect(wire.sent).toEqual(['t', 'a1', 'a2', 'again']);
  });

  test('is not confused by an instance whose id looks like a task of another', () => {
    const { assignments, wire } = setUp();
    assignments.add(wire.activity('a1', silent(), 1));
    expect(assignments.take({ token: '', instanceId: '1\ni', peer: 'p1' })).toBe('unknown item');
    expect(assignments.take({ token: '', instanceId: 'i', peer: 'p1' })).toBe('unknown item');
  });

  test('gets the next item when the one before it is lost', () => {
    const { assignments, wire } = setUp();
    const lost = wire.turn('t1', silent('p1'));
    assignments.add(lost);
    assignments.add(wire.turn('t2', silent('p2')));
    assignments.lose(lost);
    expect(wire.sent).toEqual(['t1', 't2']);
  });

  test('answers late for an item it lost, and the item handed out since is not touched', () => {
    const { assignments, wire } = setUp();
    const lost = wire.turn('t1', silent('p1'));
    assignments.add(lost);
    assignments.lose(lost);
    assignments.add(wire.turn('t2', silent('p2')));
    expect(assignments.take({ token: '', instanceId: 'i', peer: 'p1' })).toBe('stream was gone');
    expect(assignments.take({ token: '', instanceId: 'i', peer: 'p2' })).toMatchObject({ token: 't2' });
  });

  test('may answer for its new stream on the connection of the old one', () => {
    const { assignments, wire } = setUp();
    const lost = wire.turn('t1', silent('p1'));
    assignments.add(lost);
    assignments.lose(lost);
    assignments.add(wire.turn('t2', silent('p1')));
    expect(assignments.take({ token: '', instanceId: 'i', peer: 'p1' })).toMatchObject({ token: 't2' });
  });

  test('is forgotten with its connection', () => {
    const { assignments, wire } = setUp();
    const lost = wire.turn('t1', silent('p1'));
    assignments.add(lost);
    assignments.lose(lost);
    assignments.forgetPeer('p1');
    expect(assignments.take({ token: '', instanceId: 'i', peer: 'p1' })).toBe('unknown item');
  });
});

describe('a stream that has shown that it echoes tokens', () => {
  test('gets items of one name side by side', () => {
    const { assignments, wire } = setUp();
    const holder = echoing();
    const items: readonly Assignment[] = [
      wire.turn('t1', holder, { component: 'a' }),
      wire.turn('t2', holder, { component: 'b' }),
    ];
    for (const item of items) assignments.add(item);
    expect(wire.sent).toEqual(['t1', 't2']);
    expect(assignments.take({ token: 't2', instanceId: 'i', peer: 'p1' })).toBe(items[1]);
    expect(assignments.take({ token: 't1', instanceId: 'i', peer: 'p1' })).toBe(items[0]);
  });

  test('shows it with its first completion', () => {
    const { assignments, wire } = setUp();
    const holder = silent();
    assignments.add(wire.turn('t1', holder));
    assignments.take({ token: 't1', instanceId: 'i', peer: 'p1' });
    expect(holder.echoesTokens).toBe(true);
  });
});

test('the component of a turn is the one whose lease the connection holds', () => {
  const { assignments, wire } = setUp();
  assignments.add(wire.turn('t1', echoing('p1'), { component: 'a' }));
  assignments.add(wire.turn('t2', echoing('p2'), { component: 'b' }));
  assignments.add(wire.activity('t3', echoing('p3'), 1, 'c'));
  expect(assignments.componentOfTurn('p2', 'i')).toBe('b');
  expect(assignments.componentOfTurn('p3', 'i')).toBeUndefined();
});

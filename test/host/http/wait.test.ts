import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { WaitRequest, WorkflowComponent } from '../../../core/index.js';
import { openDoor, type TestDoor } from './harness.js';

const base = '/v1/components/default/instances';

/** Counts waits, so that a test sees when one has begun and that it is over. */
class Waits {
  open = 0;
  #begun: (() => void)[] = [];
  #ended: (() => void)[] = [];

  wrap(component: WorkflowComponent): WorkflowComponent {
    const { wait } = component.optional;
    if (!wait) throw new Error('the template can wait');
    const counted = async (what: WaitRequest, signal: AbortSignal): ReturnType<typeof wait> => {
      this.open += 1;
      for (const tell of this.#begun.splice(0)) tell();
      try {
        return await wait(what, signal);
      } finally {
        this.open -= 1;
        for (const tell of this.#ended.splice(0)) tell();
      }
    };
    return { ...component, optional: { ...component.optional, wait: counted } };
  }

  begun(): Promise<void> {
    return new Promise((resolve) => this.#begun.push(resolve));
  }

  ended(): Promise<void> {
    return new Promise((resolve) => this.#ended.push(resolve));
  }
}

describe('wait', () => {
  let door: TestDoor;
  let waits: Waits;
  beforeEach(async () => {
    waits = new Waits();
    door = await openDoor({ wrap: (component) => waits.wrap(component) });
  });
  afterEach(() => door.close());

  test('answers at once when the instance is already there', async () => {
    await door.begin('w', 'echo', '1');
    expect((await door.json('GET', `${base}/w/wait`)).body).toMatchObject({ status: 'COMPLETED', output: 1 });
    expect((await door.json('GET', `${base}/w/wait?until=started`)).status).toBe(200);
  });

  test('answers as soon as it gets there', async () => {
    await door.begin('w', 'waitEvt');
    const begun = waits.begun();
    const waiting = door.json('GET', `${base}/w/wait?timeoutMs=600000`);
    await begun;
    await door.call('POST', `${base}/w/events/go`, { body: '{"data":"x"}' });
    expect((await waiting).body).toMatchObject({ status: 'COMPLETED', output: 'x' });
    expect(waits.open).toBe(0);
  });

  test('waits for an id that does not exist yet', async () => {
    const begun = waits.begun();
    const waiting = door.json('GET', `${base}/later/wait`);
    await begun;
    await door.begin('later', 'echo');
    expect((await waiting).status).toBe(200);
  });

  test.each([
    { id: 'live', last: 'RUNNING' },
    { id: 'nobody', last: 'ERR_INSTANCE_NOT_FOUND' },
  ])('says 408 and what it last saw when the time is over: $last', async ({ id, last }) => {
    await door.begin('live', 'waitEvt');
    const begun = waits.begun();
    const waiting = door.json('GET', `${base}/${id}/wait?timeoutMs=5000`);
    await begun;
    door.engine.clock.advance(5000);
    expect(await waiting).toMatchObject({
      status: 408,
      body: {
        errorCode: 'ERR_WAIT_TIMEOUT',
        params: { instanceId: id, timeoutMs: 5000, status: last },
        retriable: true,
      },
    });
    expect({ open: waits.open, timers: door.engine.clock.pending }).toEqual({ open: 0, timers: 0 });
  });

  test('leaves nothing behind when the caller goes away', async () => {
    await door.begin('w', 'waitEvt');
    const begun = waits.begun();
    const outgoing = request({ host: '127.0.0.1', port: door.door.port, path: `${base}/w/wait` });
    outgoing.on('error', () => undefined).end();
    await begun;
    const ended = waits.ended();
    outgoing.destroy();
    await ended;
    await door.engine.settle();
    expect({ open: waits.open, timers: door.engine.clock.pending }).toEqual({ open: 0, timers: 0 });
  });

  test('is answered 503 when the door drains, so that the caller asks another host', async () => {
    await door.begin('w', 'waitEvt');
    const begun = waits.begun();
    const waiting = door.json('GET', `${base}/w/wait`);
    await begun;
    door.door.drain();
    expect(await waiting).toMatchObject({ status: 503, body: { errorCode: 'ERR_SHUTTING_DOWN' } });
    expect(waits.open).toBe(0);
  });
});

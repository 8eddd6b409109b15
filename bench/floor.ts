import { join } from 'node:path';
import { openExclusive, type SqliteDatabase, type SqliteStatement } from '../components/builtin/store/sqlite-driver.js';
import type { Contender } from './contender.js';
import { sayHello, type Workload } from './workloads.js';

/**
 * The smallest program that is still a durable engine: the yardstick. Workflows are plain async functions in memory;
 * each start, step result and end is an event that must be on disk before anything that depends on it goes on. All
 * events of one turn of the event loop are one row, in one transaction, with `synchronous=FULL`. It has no history to
 * read, no timers, no recovery: what an engine costs above it is what those cost.
 */
class Floor {
  // The statement does not keep the database alive.
  readonly #database: SqliteDatabase;
  readonly #insert: SqliteStatement;
  #events: string[] = [];
  #released: (() => void)[] = [];
  commits = 0;

  constructor(path: string) {
    this.#database = openExclusive(path, () => undefined);
    this.#database.exec('CREATE TABLE log(lsn INTEGER PRIMARY KEY, batch BLOB) STRICT');
    this.#database.exec('PRAGMA wal_autocheckpoint = 4000');
    this.#insert = this.#database.prepare('INSERT INTO log(batch) VALUES (?)');
  }

  async start(instanceId: string, workflow: (step: Step) => Promise<unknown>): Promise<unknown> {
    let sequence = 0;
    const record = (kind: string, payload: unknown): Promise<void> =>
      this.#append(`${instanceId}\n${sequence++}\n${kind}\n${JSON.stringify(payload)}`);
    await record('started', null);
    const result = await workflow(async (input) => {
      const output = await perform(input);
      await record('completed', output);
      return output;
    });
    await record('ended', result);
    return result;
  }

  close(): void {
    this.#database.close();
  }

  #append(event: string): Promise<void> {
    if (this.#events.length === 0) setImmediate(() => this.#flush());
    this.#events.push(event);
    return new Promise((resolve) => this.#released.push(resolve));
  }

  #flush(): void {
    const released = this.#released;
    const batch = Buffer.from(this.#events.join('\0'));
    this.#events = [];
    this.#released = [];
    this.#insert.run(batch);
    this.commits += 1;
    for (const release of released) release();
  }
}

type Step = (input: string) => Promise<string>;

async function perform(input: string): Promise<string> {
  return sayHello(input);
}

function program({ inputs, shape }: Workload): (step: Step) => Promise<unknown> {
  if (shape === 'parallel') return async (step) => (await Promise.all(inputs.map(step))).length;
  return async (step) => {
    const answers: string[] = [];
    for (const input of inputs) answers.push(await step(input));
    return answers;
  };
}

export async function openFloor(folder: string, workload: Workload): Promise<Contender> {
  const floor = new Floor(join(folder, 'floor.db'));
  const workflow = program(workload);
  return {
    run: (instanceId) => floor.start(instanceId, workflow),
    close: async () => {
      floor.close();
      return { commits: floor.commits };
    },
  };
}

import {
  isClosed,
  type CapabilityName,
  type ComponentLimits,
  type ErrorCode,
  type RuntimeStatus,
} from '../core/index.js';
import type { HistoryEvent } from '../core/orchestration/index.js';
import { DoorRefusal, type InstanceView, type ManagementDoor, type StartCall } from './door.js';
import { expectedRefusals, type RefusableOperation } from './refusals.js';
import type { SuiteWorker } from './worker/suite-worker.js';
import { echoWorkflow, programWorkflow, type Program } from './worker/program.js';

/** What a target offers besides its door. */
export interface WorldParts {
  readonly door: ManagementDoor;
  readonly worker: SuiteWorker;
  readonly limits: ComponentLimits;
  readonly capabilities: Readonly<Record<CapabilityName, boolean>>;
  /** How long a condition may take on this target, ms. From the profile, never from a case. */
  readonly patienceMs: number;
  readonly newId: () => string;
  /** Makes the suite's worker leave. */
  readonly disconnect: () => Promise<void>;
  /** Makes the suite's worker leave and come back: what is stalled is tried again. */
  readonly reconnect: () => Promise<void>;
  /** Kills what is under test without warning and brings it back on the same data; absent: it cannot be killed. */
  readonly crash?: () => Promise<void>;
}

/** An expectation that did not hold. The message says what was expected and what was seen. */
export class Mismatch extends Error {
  override readonly name = 'Mismatch';
}

/** What a case works with: a door, the suite's worker, and words to say what must hold. */
export class World {
  readonly door: ManagementDoor;
  readonly worker: SuiteWorker;
  readonly limits: ComponentLimits;
  readonly capabilities: Readonly<Record<CapabilityName, boolean>>;
  readonly crash: (() => Promise<void>) | undefined;
  /** Ids this case used, for the report of a failure. */
  readonly ids: string[] = [];
  readonly #parts: WorldParts;

  constructor(parts: WorldParts) {
    this.#parts = parts;
    this.door = parts.door;
    this.worker = parts.worker;
    this.limits = parts.limits;
    this.capabilities = parts.capabilities;
    this.crash = parts.crash;
  }

  /** From now on work finds no worker, until `reconnect`. */
  disconnect(): Promise<void> {
    return this.#parts.disconnect();
  }

  /** A worker with changed code comes: what is stalled is tried again. */
  reconnect(): Promise<void> {
    return this.#parts.reconnect();
  }

  /** Unique over all runs against one store. */
  id(suffix = ''): string {
    const id = `${this.#parts.newId()}${suffix}`;
    this.ids.push(id);
    return id;
  }

  /** Starts a program under a fresh id (or the given one). */
  async start(program: Program, call: Partial<StartCall> = {}): Promise<string> {
    const instanceId = call.instanceId ?? this.id();
    return this.door.start({ workflow: programWorkflow, input: JSON.stringify(program), ...call, instanceId });
  }

  async startEcho(input: string | undefined, call: Partial<StartCall> = {}): Promise<string> {
    const instanceId = call.instanceId ?? this.id();
    return this.door.start({ workflow: echoWorkflow, ...(input === undefined ? {} : { input }), ...call, instanceId });
  }

  async get(instanceId: string): Promise<InstanceView> {
    const view = await this.door.get(instanceId);
    if (!view) throw new Mismatch(`instance "${instanceId}" was expected to exist`);
    return view;
  }

  /** Until the status is one of these. */
  async until(instanceId: string, ...statuses: readonly RuntimeStatus[]): Promise<InstanceView> {
    return this.eventually(`"${instanceId}" is ${statuses.join(' or ')}`, async () => {
      const view = await this.door.get(instanceId);
      return { done: view !== undefined && statuses.includes(view.status), value: view };
    });
  }

  /** Until it has ended, and then as this. */
  async ends(instanceId: string, status: RuntimeStatus = 'COMPLETED'): Promise<InstanceView> {
    const view = await this.eventually(`"${instanceId}" has ended`, async () => {
      const seen = await this.door.get(instanceId);
      return { done: seen !== undefined && isClosed(seen.status), value: seen };
    });
    this.equal(view.status, status, `status of "${instanceId}" at its end (failure: ${JSON.stringify(view.failure)})`);
    return view;
  }

  /** The trace of a program that ended well. */
  async traceOf(instanceId: string): Promise<readonly string[]> {
    const { output } = await this.ends(instanceId);
    return JSON.parse(output ?? '[]') as string[];
  }

  async history(instanceId: string): Promise<readonly HistoryEvent[]> {
    return this.door.history(instanceId);
  }

  /** Waits for a condition, with the deadline of the target; the last seen value is in the message. */
  async eventually<T>(
    what: string,
    probe: () => Promise<{ readonly done: boolean; readonly value: T | undefined }>,
  ): Promise<T> {
    const deadline = performance.now() + this.#parts.patienceMs;
    let seen: T | undefined;
    for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, 250)) {
      const { done, value } = await probe();
      if (done && value !== undefined) return value;
      seen = value;
      if (performance.now() > deadline) {
        throw new Mismatch(`${what}: not within ${this.#parts.patienceMs} ms; last seen ${JSON.stringify(seen)}`);
      }
      await new Promise<void>((resolve) => {
        setTimeout(resolve, pauseMs);
      });
    }
  }

  equal<T>(seen: T, expected: T, what: string): void {
    const [left, right] = [JSON.stringify(seen), JSON.stringify(expected)];
    if (left !== right) throw new Mismatch(`${what}: expected ${clip(right)}, saw ${clip(left)}`);
  }

  check(holds: boolean, what: string): void {
    if (!holds) throw new Mismatch(`expected: ${what}`);
  }

  /** The call must be refused, the way this door says this code for this operation. */
  async refuses(operation: RefusableOperation, code: ErrorCode, call: () => Promise<unknown>): Promise<void> {
    const expected = expectedRefusals(this.door.name, operation, code);
    let answer: unknown;
    try {
      answer = await call();
    } catch (error) {
      if (!(error instanceof DoorRefusal)) throw error;
      const { answer: said, message } = error;
      this.check(expected.includes(said), `${operation} refused as ${expected.join(' or ')}, saw ${said} (${message})`);
      return;
    }
    throw new Mismatch(
      `${operation}: expected ${expected.join(' or ')}, but it was accepted (${JSON.stringify(answer)})`,
    );
  }
}

function clip(text: string | undefined): string {
  if (text === undefined) return 'nothing';
  return text.length > 400 ? `${text.slice(0, 200)}...${text.slice(-150)} (${text.length} characters)` : text;
}

import { describe, type HistoryCodec } from '../../../core/orchestration/index.js';
import { ByteWriter, packRuns } from '../store/bytes.js';
import { writeFrame } from '../store/frame.js';
import type { RowWrite, StoreGroup } from '../store/store.js';
import { encodeFact } from './fact-codec.js';
import type { Group } from './group.js';
import { phaseOf, timerKeysOf, type Instance } from './instance.js';

/** Room for a common group; a larger one grows. */
const batchBytes = 16 * 1024;

/** Words a group for the store, and notes afterwards what of its instances is durable. */
export class Recorder {
  readonly #codec: HistoryCodec;

  constructor(codec: HistoryCodec) {
    this.#codec = codec;
  }

  word(
    group: Group,
    position: { readonly lsn: number; readonly trimBelow: number; readonly nowMs: number },
  ): StoreGroup {
    const writer = new ByteWriter(batchBytes);
    for (const no of group.removed) {
      writeFrame(writer, { no, removed: true, takenFacts: 0, events: [], facts: [] });
    }
    for (const instance of group.changed) if (!group.saves.has(instance)) this.#writeFrameOf(writer, instance);
    const rows: RowWrite[] = [];
    const timersAdded = [...group.timersAdded];
    for (const instance of group.saves) {
      rows.push(this.#rowWrite(instance, position));
      timersAdded.push(...timerKeysOf(instance));
    }
    return {
      lsn: position.lsn,
      batch: writer.take(),
      rows,
      removed: [...group.removed],
      timersAdded,
      timersRemoved: group.timersRemoved,
      trimBelow: position.trimBelow,
    };
  }

  #writeFrameOf(writer: ByteWriter, instance: Instance): void {
    const { no, instanceId, change, unsaved, inbox, recordedFacts } = instance;
    const facts = inbox.slice(recordedFacts).map((fact) => encodeFact(this.#codec, fact));
    writeFrame(writer, {
      no,
      removed: false,
      ...(change?.created ? { createdId: instanceId } : {}),
      ...(change?.resetTo === undefined ? {} : { resetTo: change.resetTo }),
      ...(change?.customStatus ? { customStatus: change.customStatus } : {}),
      takenFacts: change?.takenFacts ?? 0,
      events: change && change.eventCount > 0 ? unsaved.slice(-change.eventCount) : [],
      facts,
    });
  }

  #rowWrite(instance: Instance, { lsn, nowMs }: { readonly lsn: number; readonly nowMs: number }): RowWrite {
    const { no, state, inbox, unsaved, chunkCount, expiresAtMs } = instance;
    const view = describe(state, inbox);
    const facts = inbox.map((fact) => encodeFact(this.#codec, fact));
    return {
      row: {
        no,
        instanceId: view.instanceId,
        workflowName: view.workflowName,
        status: view.status,
        createdAtMs: view.createdAtMs,
        lastUpdatedAtMs: view.lastUpdatedAtMs,
        generation: state.generation,
        chunkCount: chunkCount + (unsaved.length > 0 ? 1 : 0),
        lsn,
        phase: phaseOf(instance, nowMs),
        inbox: facts.length === 0 ? noBytes : packRuns(facts),
        ...(view.completedAtMs === undefined ? {} : { completedAtMs: view.completedAtMs }),
        ...(view.parentInstanceId === undefined ? {} : { parentInstanceId: view.parentInstanceId }),
        ...(state.customStatus === undefined ? {} : { customStatus: state.customStatus }),
        ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
      },
      dropChunks: instance.staleChunks,
      ...(unsaved.length === 0 ? {} : { chunk: { index: chunkCount, events: packRuns(unsaved) } }),
    };
  }

  /** The group is durable. */
  settle(group: Group, lsn: number): void {
    for (const instance of group.changed) {
      instance.firstLsn ??= lsn;
      settleInstance(instance);
    }
    for (const instance of group.saves) {
      if (instance.unsaved.length > 0) instance.chunkCount += 1;
      instance.unsaved = [];
      instance.staleChunks = false;
      instance.timersStored = true;
      delete instance.firstLsn;
      settleInstance(instance);
    }
  }
}

const noBytes = new Uint8Array(0);

function settleInstance(instance: Instance): void {
  instance.recordedFacts = instance.inbox.length;
  instance.pending = false;
  delete instance.change;
}

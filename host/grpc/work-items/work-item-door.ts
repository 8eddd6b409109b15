import { Metadata, status, type ServerWritableStream } from '@grpc/grpc-js';
import { WorkflowError } from '../../../core/index.js';
import { decodeGetWorkItems } from '../../../proto/index.js';
import type { DoorParts } from '../../door.js';
import type { Connections } from '../connections.js';
import { componentOf, type Method } from '../rpc.js';
import { statusOf } from '../status.js';
import { Assignments } from './assignments.js';
import { Completions } from './completions.js';
import { PastRegions } from './past-regions.js';
import { profileOf } from './stream-profile.js';
import { StreamWorker } from './stream-worker.js';
import { HistoryDeltas, WholeHistory } from './turn-encoder.js';

/** Encoded history kept for workers that keep none, over all streams of a door. */
const maxRegionBytes = 64 * 1024 * 1024;

/** What a work item may be at most, as a share of the largest message: an item at the brim would not fit next time. */
const itemShare = 0.95;

/** Microsoft's workers take 120 s without a message for the death of a stream. */
const pingEveryMs = 30_000;

/** `WorkItem.healthPing` (field 4, empty): Microsoft's only, so it is not part of our schema. */
const healthPing = Uint8Array.of(0x22, 0x00);

/** The worker's half of TaskHub: streams of work items, and the calls that answer them. */
export class WorkItemDoor {
  readonly #parts: DoorParts;
  readonly #connections: Connections;
  readonly #assignments = new Assignments();
  readonly #regions = new PastRegions(maxRegionBytes);
  readonly #completions: Completions;
  readonly #streams = new Map<StreamWorker, () => void>();
  #streamCount = 0;
  #draining = false;

  constructor(parts: DoorParts, connections: Connections) {
    this.#parts = parts;
    this.#connections = connections;
    this.#completions = new Completions(this.#assignments, parts);
  }

  /** Nothing more comes from this connection. */
  connectionEnded(peer: string): void {
    this.#assignments.forgetPeer(peer);
  }

  /** The component whose turn of the instance a worker on this connection holds: its history calls go there. */
  componentOfTurn(peer: string, instanceId: string): string | undefined {
    return this.#assignments.componentOfTurn(peer, instanceId);
  }

  methods(): readonly Method[] {
    const completeTurn: Method = {
      kind: 'unary',
      path: '/TaskHubSidecarService/CompleteWorkflowTask',
      whileDraining: true,
      handle: (bytes, call) => this.#completions.turn(bytes, call),
    };
    return [
      { kind: 'serverStream', path: '/TaskHubSidecarService/GetWorkItems', handle: (call) => this.#open(call) },
      completeTurn,
      { ...completeTurn, path: '/TaskHubSidecarService/CompleteOrchestratorTask' },
      {
        kind: 'unary',
        path: '/TaskHubSidecarService/CompleteActivityTask',
        whileDraining: true,
        handle: (bytes, call) => this.#completions.activity(bytes, call),
      },
    ];
  }

  /** Hands out no more and takes no new streams; answers to what is out are still taken. */
  drain(): void {
    this.#draining = true;
    for (const detach of this.#streams.values()) detach();
  }

  /** Ends all streams; what they held goes back. */
  close(): void {
    this.drain();
    for (const stream of [...this.#streams.keys()]) stream.hangUp('shutting down');
  }

  #open(call: ServerWritableStream<Buffer, Uint8Array>): void {
    try {
      if (this.#draining) throw new WorkflowError('ERR_SHUTTING_DOWN');
      this.#serve(call);
    } catch (error) {
      const { code, details } = statusOf(error);
      const refused = code === status.UNAVAILABLE;
      call.emit('error', {
        code,
        details: refused ? `unable to establish work item stream at this time: ${details}` : details,
      });
    }
  }

  #serve(call: ServerWritableStream<Buffer, Uint8Array>): void {
    const profile = profileOf(decodeGetWorkItems(call.request), call.metadata);
    const component = componentOf(call.metadata);
    const peer = call.getPeer();
    this.#streamCount += 1;
    const stream = new StreamWorker({
      call,
      peer,
      profile,
      label: `stream ${this.#streamCount} of ${peer} (${profile.sdk ?? profile.userAgent})`,
      assignments: this.#assignments,
      logger: this.#parts.logger,
      encoder: profile.keepsHistory
        ? new HistoryDeltas(profile.dialect)
        : new WholeHistory(this.#regions, profile.dialect),
      maxItemBytes: Math.floor(this.#parts.maxBodyBytes * itemShare),
      ...(component === undefined ? {} : { component: this.#parts.service.components.resolve(component).name }),
    });
    // Headers first: the far end sees an open stream before there is any work.
    call.sendMetadata(new Metadata());
    const stopPings = profile.dialect === 'ms' ? this.#pingEvery(stream) : undefined;
    const seat = this.#parts.pool.attach(stream);
    stream.onRoom = seat.room;
    this.#streams.set(stream, seat.detach);
    this.#endWith(call, stream, () => stopPings?.());
  }

  /** A stream ends with its call or with its connection, whichever is heard of first. */
  #endWith(call: ServerWritableStream<Buffer, Uint8Array>, stream: StreamWorker, onEnd: () => void): void {
    const end = (reason: string): void => {
      const detach = this.#streams.get(stream);
      if (!detach) return;
      this.#streams.delete(stream);
      detach();
      untie?.();
      onEnd();
      stream.end(reason);
    };
    const untie = this.#connections.tie(stream.peer, () => end('the connection of the worker ended'));
    call.once('cancelled', () => end('the worker ended its stream'));
    call.once('close', () => end('the stream was closed'));
    if (!untie || call.cancelled) end('the connection of the worker ended');
  }

  #pingEvery(stream: StreamWorker): () => void {
    const { clock } = this.#parts;
    const next = (): (() => void) =>
      clock.at(clock.now() + pingEveryMs, () => {
        stream.ping(healthPing);
        cancel = next();
      });
    let cancel = next();
    return () => cancel();
  }
}

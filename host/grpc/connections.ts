import net from 'node:net';

/** More would be a mistake or an attack: an app needs one or two. */
const maxConnections = 1_000;
const maxConnectionsPerAddress = 100;

/**
 * The door's sockets, and what is tied to each. gRPC does not tell every parked call at once that its connection is
 * gone; the socket does.
 */
export class Connections {
  /** By `address:port` of the far end, as gRPC names a call's peer. */
  readonly #ties = new Map<string, Set<() => void>>();
  readonly #whenEmpty: (() => void)[] = [];
  readonly #sockets = new Set<net.Socket>();
  readonly #perAddress = new Map<string, number>();
  readonly #onEnded: (peer: string) => void;

  /** `onEnded` hears of every connection that has ended, after all that was tied to it. */
  constructor(onEnded: (peer: string) => void) {
    this.#onEnded = onEnded;
  }

  get size(): number {
    return this.#sockets.size;
  }

  /** Takes a socket in; false when there are too many, and then the socket is closed. */
  accept(socket: net.Socket): boolean {
    const address = socket.remoteAddress ?? '';
    const fromAddress = this.#perAddress.get(address) ?? 0;
    const tooMany = !isLoopback(address) && fromAddress >= maxConnectionsPerAddress;
    if (this.#sockets.size >= maxConnections || tooMany || socket.destroyed) {
      socket.destroy();
      return false;
    }
    const peer = `${address}:${socket.remotePort}`;
    this.#sockets.add(socket);
    this.#perAddress.set(address, fromAddress + 1);
    this.#ties.set(peer, new Set());
    socket.once('close', () => this.#closed(socket, address, peer));
    return true;
  }

  /** Calls back once when the connection ends. The result unties; `undefined`: it has ended already. */
  tie(peer: string, onEnd: () => void): (() => void) | undefined {
    const ties = this.#ties.get(peer);
    if (!ties) return undefined;
    ties.add(onEnd);
    return () => ties.delete(onEnd);
  }

  /** Lets go of everything that is tied to a connection, as if it had ended. */
  release(): void {
    for (const ties of this.#ties.values()) {
      for (const onEnd of [...ties]) onEnd();
      ties.clear();
    }
  }

  /** Resolves once every connection has been closed, by whichever side. */
  closed(): Promise<void> {
    if (this.#sockets.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenEmpty.push(resolve));
  }

  /** Ends every connection. */
  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #closed(socket: net.Socket, address: string, peer: string): void {
    this.#sockets.delete(socket);
    if (this.#sockets.size === 0) for (const resolve of this.#whenEmpty.splice(0)) resolve();
    const left = (this.#perAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(address, left);
    else this.#perAddress.delete(address);
    const ties = this.#ties.get(peer);
    this.#ties.delete(peer);
    for (const onEnd of ties ?? []) onEnd();
    this.#onEnded(peer);
  }
}

function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.');
}

import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIPv4 } from 'node:net';
import { WorkflowError } from '../../core/index.js';
import type { DoorParts } from '../door.js';

const authority = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d+))?$/;

/** Decides who gets in, before anything of the request but its head is looked at. */
export class Guard {
  readonly #tokenHashes: readonly Buffer[];
  readonly #allowedHosts: ReadonlySet<string>;

  constructor({ apiTokens, allowedHosts }: Pick<DoorParts, 'apiTokens' | 'allowedHosts'>) {
    this.#tokenHashes = apiTokens.map(sha256);
    this.#allowedHosts = new Set(allowedHosts.map((host) => host.toLowerCase()));
  }

  /**
   * A browser on this machine can be made to call us under a foreign name (DNS rebinding) or from a foreign page: both
   * show in these headers, which scripts cannot set. Throws `ERR_HOST_NOT_ALLOWED`.
   */
  checkSite(request: IncomingMessage): void {
    const { host = '', origin } = request.headers;
    const localAddress = request.socket.localAddress?.replace(/^::ffff:/, '');
    const name = hostname(host);
    if (name === undefined || !this.#isServed(name, localAddress))
      throw new WorkflowError('ERR_HOST_NOT_ALLOWED', { host });
    if (origin === undefined) return;
    const site = /^https?:\/\/(.+)$/.exec(origin)?.[1] ?? '';
    const siteName = hostname(site);
    if (site.toLowerCase() === host.toLowerCase() || (siteName !== undefined && this.#allowedHosts.has(siteName)))
      return;
    throw new WorkflowError('ERR_HOST_NOT_ALLOWED', { host: origin });
  }

  /** Throws `ERR_UNAUTHENTICATED` unless a token is asked for and not there. Takes the same time for all wrong ones. */
  checkToken(request: IncomingMessage): void {
    if (this.#tokenHashes.length === 0) return;
    const given = request.headers['dapr-api-token'];
    const givenHash = sha256(typeof given === 'string' ? given : '');
    let known = false;
    for (const tokenHash of this.#tokenHashes) known = timingSafeEqual(tokenHash, givenHash) || known;
    if (!known) throw new WorkflowError('ERR_UNAUTHENTICATED');
  }

  #isServed(name: string, localAddress: string | undefined): boolean {
    return isLoopback(name) || name === localAddress || this.#allowedHosts.has(name);
  }
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '::1' || (isIPv4(name) && name.startsWith('127.'));
}

/** The name of a `host[:port]`, in lower case; `undefined` when it is none. */
function hostname(host: string): string | undefined {
  const match = authority.exec(host);
  const name = match?.[1] ?? match?.[2];
  return name ? name.toLowerCase() : undefined;
}

/** Hashes are of one length, so that comparing them tells nothing about a token's own. */
function sha256(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}

import type { CapabilityName, ComponentLimits } from '../../core/index.js';
import { DoorRefusal } from '../door.js';
import { taskHubWire, type WireOptions } from '../wire/client.js';

/** Why the suite cannot be run against an address. */
export type ProblemKind = 'unreachable' | 'auth' | 'component' | 'foreign';

export class TargetProblem extends Error {
  override readonly name = 'TargetProblem';
  readonly kind: ProblemKind;

  constructor(kind: ProblemKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }
}

/** What a running host says about one of its components. */
export interface RemoteComponent {
  readonly name: string;
  readonly type: string;
  readonly version: string;
  readonly ready: boolean;
  readonly reason?: string;
  readonly capabilities: Readonly<Record<CapabilityName, boolean>>;
  readonly limits: ComponentLimits;
}

/** How long the first answer of a server may take, ms. */
const firstAnswerMs = 10_000;

/**
 * Asks a host for the component's manifest (`GET /v1/components/{name}`). `undefined`: the server has no such route; it
 * speaks the Dapr APIs only. Throws `TargetProblem`.
 */
export async function describeRemote(
  url: string,
  component = 'dapr',
  apiToken?: string,
): Promise<RemoteComponent | undefined> {
  const path = `/v1/components/${encodeURIComponent(component)}`;
  const headers = apiToken === undefined ? {} : { 'dapr-api-token': apiToken };
  const { status, text } = await firstAnswer(`${url}${path}`, headers);
  if (status === 200) return JSON.parse(text) as RemoteComponent;
  if (status === 401 || status === 403) throw new TargetProblem('auth', `${url} asks for another API token: ${text}`);
  const problem = readProblem(text);
  if (status === 404 && problem === undefined) return undefined;
  const { errorCode, detail = text.slice(0, 500) } = problem ?? {};
  const kind = errorCode === 'ERR_COMPONENT_NOT_FOUND' ? 'component' : 'foreign';
  throw new TargetProblem(kind, `${url} answers ${status} for the component "${component}": ${detail}`);
}

async function firstAnswer(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(firstAnswerMs) });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    throw new TargetProblem('unreachable', `cannot reach ${new URL(url).origin}: ${causeOf(error)}`, error);
  }
}

/** `fetch` hides the reason one level down. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}

interface Problem {
  readonly errorCode?: string;
  readonly detail?: string;
}

function readProblem(text: string): Problem | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'title' in value ? (value as Problem) : undefined;
  } catch {
    return undefined;
  }
}

/** Asks whether a TaskHub answers there. Throws `TargetProblem`. */
export async function greetTaskHub(options: WireOptions): Promise<void> {
  const wire = taskHubWire(options);
  try {
    await wire.call('Hello', {}, { signal: AbortSignal.timeout(firstAnswerMs) });
  } catch (error) {
    throw problemOf(error, options.address);
  } finally {
    wire.close();
  }
}

function problemOf(error: unknown, address: string): TargetProblem {
  if (!(error instanceof DoorRefusal)) return new TargetProblem('foreign', `${address}: ${String(error)}`, error);
  const { answer, message } = error;
  if (answer === 'UNAUTHENTICATED' || answer === 'PERMISSION_DENIED') {
    return new TargetProblem('auth', `${address} asks for another API token: ${message}`, error);
  }
  if (answer === 'UNIMPLEMENTED') {
    return new TargetProblem('foreign', `${address} answers gRPC, but has no TaskHub: ${message}`, error);
  }
  return new TargetProblem('unreachable', `cannot reach ${address} by gRPC: ${reasonIn(message) || answer}`, error);
}

/** Without the tail that the client adds when it has nothing to add. */
function reasonIn(message: string): string {
  return message.replace(/\.?\s*Resolution note:\s*$/, '');
}

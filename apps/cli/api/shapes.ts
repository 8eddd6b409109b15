import type { CapabilityName, RuntimeStatus } from '../../../core/index.js';

/** What the `/v1` routes answer, as far as commands look at it. Times are RFC 3339; unknown members pass through. */

export interface Failure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly stackTrace?: string;
  readonly inner?: Failure;
}

export interface Summary {
  readonly instanceId: string;
  readonly workflowName: string;
  readonly status: RuntimeStatus;
  readonly createdAt: string;
  readonly lastUpdatedAt: string;
  readonly completedAt?: string;
  readonly parentInstanceId?: string;
}

/** Payloads: `input` where the text is JSON, `inputText` where it is not. */
export interface Instance extends Summary {
  readonly executionId: string;
  readonly generation: number;
  readonly version?: string;
  readonly startedAt?: string;
  readonly scheduledStart?: string;
  readonly input?: unknown;
  readonly inputText?: string;
  readonly output?: unknown;
  readonly outputText?: string;
  readonly customStatus?: string;
  readonly failure?: Failure;
  readonly stalled?: { readonly reason: string; readonly description?: string };
  readonly tags?: Readonly<Record<string, string>>;
}

export interface Page {
  readonly instances: readonly Summary[];
  readonly continuationToken?: string;
}

/** A history event: the members that every kind has, and those of its kind by name. */
export interface HistoryEntry {
  readonly kind: string;
  readonly eventId: number;
  readonly timestamp: string;
  readonly [member: string]: unknown;
}

export interface Component {
  readonly name: string;
  readonly type: string;
  readonly version: string;
  readonly description: string;
  readonly isDefault: boolean;
  readonly ready: boolean;
  readonly reason?: string;
  readonly capabilities: Readonly<Record<CapabilityName, boolean>>;
  readonly limits: Readonly<Record<string, number>>;
  readonly deviations: readonly { readonly id: string; readonly reason: string }[];
}

/** RFC 9457, as the server sends it. */
export interface Problem {
  readonly status: number;
  readonly detail: string;
  readonly errorCode: string;
  readonly remedy?: string;
}

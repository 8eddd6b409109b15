import type { ConcurrencyLimits, RetentionPolicy } from '../../../core/index.js';
import { parseGoDuration } from '../go-duration.js';
import { findingsOf } from '../schema-check.js';
import type { PlacedDocument } from '../yaml/placed-document.js';
import { configurationSchema } from './document-schemas.js';
import type { ReadContext } from './read-context.js';

/** What a Configuration says; absent members: nothing. */
export interface FileSettings {
  readonly defaultComponent?: string;
  readonly plugins: readonly { readonly name: string; readonly document: PlacedDocument; readonly index: number }[];
  readonly retention: RetentionPolicy;
  readonly concurrency: ConcurrencyLimits;
  readonly metrics?: boolean;
  readonly tracingEndpoint?: string;
}

export const noSettings: FileSettings = {
  plugins: [],
  retention: {},
  concurrency: { byWorkflow: new Map(), byActivity: new Map() },
};

interface NamedLimit {
  readonly name: string;
  readonly maxConcurrent: number;
}

interface WorkflowSettings {
  readonly maxConcurrentWorkflowInvocations?: number;
  readonly maxConcurrentActivityInvocations?: number;
  readonly globalMaxConcurrentWorkflowInvocations?: number;
  readonly globalMaxConcurrentActivityInvocations?: number;
  readonly workflowConcurrencyLimits?: readonly NamedLimit[] | null;
  readonly activityConcurrencyLimits?: readonly NamedLimit[] | null;
  readonly stateRetentionPolicy?: Readonly<Record<string, string>> | null;
  readonly defaultComponent?: string;
  readonly plugins?: readonly string[] | null;
}

interface ConfigurationDocument {
  readonly spec?: {
    readonly workflow?: WorkflowSettings | null;
    readonly metric?: { readonly enabled?: boolean } | null;
    readonly metrics?: { readonly enabled?: boolean } | null;
    readonly tracing?: {
      readonly samplingRate?: string | number;
      readonly otel?: { readonly endpointAddress?: string; readonly isSecure?: boolean } | null;
    } | null;
  } | null;
}

/** undefined when the document is not right in form; that is reported. */
export function readConfiguration(document: PlacedDocument, context: ReadContext): FileSettings | undefined {
  const faults = context.documents.faults(configurationSchema, document.value);
  context.report(...findingsOf(document, faults));
  if (faults.length > 0) return undefined;
  const { spec } = document.value as ConfigurationDocument;
  const workflow = spec?.workflow ?? {};
  const metrics = spec?.metrics?.enabled ?? spec?.metric?.enabled;
  const tracingEndpoint = readEndpoint(spec?.tracing);
  return {
    plugins: (workflow.plugins ?? []).map((name, index) => ({ name, document, index })),
    retention: readRetention(document, workflow.stateRetentionPolicy ?? {}, context),
    concurrency: readConcurrency(workflow),
    ...(workflow.defaultComponent === undefined ? {} : { defaultComponent: workflow.defaultComponent }),
    ...(metrics === undefined ? {} : { metrics }),
    ...(tracingEndpoint === undefined ? {} : { tracingEndpoint }),
  };
}

/** A sampling rate of 0 turns tracing off, as in Dapr. */
function readEndpoint(tracing: NonNullable<ConfigurationDocument['spec']>['tracing']): string | undefined {
  const address = tracing?.otel?.endpointAddress;
  if (address === undefined || address === '' || Number(tracing?.samplingRate ?? 1) === 0) return undefined;
  if (/^https?:\/\//.test(address)) return address;
  return `${tracing?.otel?.isSecure === false ? 'http' : 'https'}://${address}`;
}

function readRetention(
  document: PlacedDocument,
  policy: Readonly<Record<string, string>>,
  context: ReadContext,
): RetentionPolicy {
  const read = (name: string): number | undefined => {
    const text = policy[name];
    if (text === undefined) return undefined;
    const ms = parseGoDuration(text);
    if (ms !== undefined) return ms;
    const path = ['spec', 'workflow', 'stateRetentionPolicy', name];
    context.report(
      document.finding(path, 'error', `"${name}" is no duration: "${text}"`, 'for example 0s, 90m or 168h'),
    );
    return undefined;
  };
  const [anyTerminalMs, completedMs, failedMs, terminatedMs] = ['anyTerminal', 'completed', 'failed', 'terminated'].map(
    read,
  );
  return {
    ...(anyTerminalMs === undefined ? {} : { anyTerminalMs }),
    ...(completedMs === undefined ? {} : { completedMs }),
    ...(failedMs === undefined ? {} : { failedMs }),
    ...(terminatedMs === undefined ? {} : { terminatedMs }),
  };
}

/** One process is all replicas there are, so of the local and the global bound the lower one holds. */
function readConcurrency(workflow: WorkflowSettings): ConcurrencyLimits {
  const lower = (...bounds: readonly (number | undefined)[]): number | undefined => {
    const given = bounds.filter((bound) => bound !== undefined);
    return given.length === 0 ? undefined : Math.min(...given);
  };
  const byName = (limits: readonly NamedLimit[] | null | undefined): ReadonlyMap<string, number> =>
    new Map((limits ?? []).map(({ name, maxConcurrent }) => [name, maxConcurrent]));
  const maxConcurrentTurns = lower(
    workflow.maxConcurrentWorkflowInvocations,
    workflow.globalMaxConcurrentWorkflowInvocations,
  );
  const maxConcurrentActivities = lower(
    workflow.maxConcurrentActivityInvocations,
    workflow.globalMaxConcurrentActivityInvocations,
  );
  return {
    byWorkflow: byName(workflow.workflowConcurrencyLimits),
    byActivity: byName(workflow.activityConcurrencyLimits),
    ...(maxConcurrentTurns === undefined ? {} : { maxConcurrentTurns }),
    ...(maxConcurrentActivities === undefined ? {} : { maxConcurrentActivities }),
  };
}

import { WorkflowError } from '../../core/index.js';

/** What is used of the OpenTelemetry SDK, which is no dependency: 35 MB that only who exports spans needs. */
interface SdkParts {
  readonly BatchSpanProcessor: new (exporter: object) => object;
  readonly NodeTracerProvider: new (options: object) => { register(): void; shutdown(): Promise<void> };
  readonly OTLPTraceExporter: new (options: { url: string }) => object;
  readonly resourceFromAttributes: (attributes: Record<string, string>) => object;
}

const packages = {
  trace: '@opentelemetry/sdk-trace-node',
  exporter: '@opentelemetry/exporter-trace-otlp-http',
  resources: '@opentelemetry/resources',
} as const;

/**
 * Sends spans to an OTLP endpoint (HTTP, JSON) in batches; the result stops it and sends the rest.
 * Throws `ERR_PACKAGE_MISSING`.
 */
export async function startExporter(endpoint: string, serviceName: string): Promise<() => Promise<void>> {
  const [trace, exporter, resources] = await Promise.all(Object.values(packages).map(load));
  const sdk = { ...trace, ...exporter, ...resources } as unknown as SdkParts;
  const provider = new sdk.NodeTracerProvider({
    resource: sdk.resourceFromAttributes({ 'service.name': serviceName }),
    spanProcessors: [new sdk.BatchSpanProcessor(new sdk.OTLPTraceExporter({ url: tracesUrl(endpoint) }))],
  });
  provider.register();
  return () => provider.shutdown();
}

/** `http://host:4318` means its standard path. */
function tracesUrl(endpoint: string): string {
  const url = new URL(endpoint);
  if (url.pathname === '/') url.pathname = '/v1/traces';
  return url.href;
}

async function load(packageName: string): Promise<object> {
  try {
    return (await import(packageName)) as object;
  } catch (error) {
    throw new WorkflowError('ERR_PACKAGE_MISSING', { type: 'tracing', package: packageName }, { cause: error });
  }
}

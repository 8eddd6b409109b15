/**
 * The flags of a host as a command line parses them. Absent, `undefined`, `false` and an empty list mean "not given":
 * then the environment, the files and the defaults have the word. Names are those of Dapr's sidecar where it has them.
 */
export interface HostFlags {
  /** Folders or files with component documents. WFHOST_RESOURCES_PATH. */
  readonly 'resources-path'?: readonly string[] | undefined;
  /** Configuration file. WFHOST_CONFIG. */
  readonly config?: string | undefined;
  /** APP_ID. */
  readonly 'app-id'?: string | undefined;
  /** NAMESPACE. */
  readonly namespace?: string | undefined;
  /** 3500; 0: any free port. DAPR_HTTP_PORT. */
  readonly 'dapr-http-port'?: number | undefined;
  /** 50001; 0: any free port. DAPR_GRPC_PORT. */
  readonly 'dapr-grpc-port'?: number | undefined;
  /** One address, loopback by default. WFHOST_LISTEN_ADDRESS. */
  readonly 'dapr-listen-addresses'?: string | undefined;
  /** Bytes, as `4Mi`. WFHOST_MAX_BODY_SIZE. */
  readonly 'max-body-size'?: string | undefined;
  /** Milliseconds. WFHOST_DRAIN_TIMEOUT (a Go duration). */
  readonly 'drain-timeout'?: number | undefined;
  /** WFHOST_LOG_LEVEL. */
  readonly 'log-level'?: string | undefined;
  /** WFHOST_LOG_AS_JSON. */
  readonly 'log-as-json'?: boolean | undefined;
  /** WFHOST_DEFAULT_COMPONENT. */
  readonly 'default-component'?: string | undefined;
  /** WFHOST_DATA_DIR. */
  readonly 'data-dir'?: string | undefined;
  /** DAPR_API_TOKEN. Others on this machine can see the flag. */
  readonly 'dapr-api-token'?: string | undefined;
  /** One token a line: two while they are exchanged. WFHOST_API_TOKEN_FILE. */
  readonly 'dapr-api-token-file'?: string | undefined;
  /** WFHOST_ALLOWED_HOSTS, with commas. */
  readonly 'allowed-host'?: readonly string[] | undefined;
  /** Listen on an address that others can reach although no token is asked for. WFHOST_INSECURE_LISTEN_WITHOUT_TOKEN. */
  readonly 'insecure-listen-without-token'?: boolean | undefined;
  /** OTLP endpoint (HTTP) for traces. WFHOST_TRACING_ENDPOINT. */
  readonly 'tracing-endpoint'?: string | undefined;
}

export type FlagName = keyof HostFlags;

/** The variables that stand in for flags, first one set wins. */
export const flagVariables: Readonly<Record<FlagName, readonly string[]>> = {
  'resources-path': ['WFHOST_RESOURCES_PATH'],
  config: ['WFHOST_CONFIG'],
  'app-id': ['APP_ID', 'WFHOST_APP_ID'],
  namespace: ['NAMESPACE', 'WFHOST_NAMESPACE'],
  'dapr-http-port': ['DAPR_HTTP_PORT', 'WFHOST_HTTP_PORT'],
  'dapr-grpc-port': ['DAPR_GRPC_PORT', 'WFHOST_GRPC_PORT'],
  'dapr-listen-addresses': ['WFHOST_LISTEN_ADDRESS'],
  'max-body-size': ['WFHOST_MAX_BODY_SIZE'],
  'drain-timeout': ['WFHOST_DRAIN_TIMEOUT'],
  'log-level': ['WFHOST_LOG_LEVEL'],
  'log-as-json': ['WFHOST_LOG_AS_JSON'],
  'default-component': ['WFHOST_DEFAULT_COMPONENT'],
  'data-dir': ['WFHOST_DATA_DIR'],
  'dapr-api-token': ['DAPR_API_TOKEN'],
  'dapr-api-token-file': ['WFHOST_API_TOKEN_FILE'],
  'allowed-host': ['WFHOST_ALLOWED_HOSTS'],
  'insecure-listen-without-token': ['WFHOST_INSECURE_LISTEN_WITHOUT_TOKEN'],
  'tracing-endpoint': ['WFHOST_TRACING_ENDPOINT'],
};

/** A Component document that meets its schema. */
export interface ComponentDocument {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec: {
    readonly type: string;
    readonly version?: string;
    readonly initTimeout?: string;
    readonly ignoreErrors?: boolean;
    readonly metadata?: readonly ComponentProperty[] | null;
  };
  readonly auth?: { readonly secretStore?: string };
  readonly scopes?: readonly string[] | null;
}

export interface ComponentProperty {
  readonly name: string;
  readonly value?: unknown;
  readonly secretKeyRef?: { readonly name: string; readonly key?: string };
  readonly envRef?: string;
}

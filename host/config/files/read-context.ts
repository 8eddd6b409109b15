import type { ComponentTypes } from '../../registry.js';
import type { Finding, Severity } from '../findings.js';
import { SchemaCheck } from '../schema-check.js';
import type { SecretStore } from './secret-stores.js';
import type { Environment, TemplateTags } from './substitution.js';

/** Whose files they are. Absent when files are only checked: then they are read for every app and namespace. */
export interface Identity {
  readonly appId: string;
  readonly namespace: string;
}

/** What reading documents needs, and what it collects. */
export class ReadContext {
  readonly env: Environment;
  readonly cwd: string;
  readonly types: ComponentTypes;
  readonly tags: TemplateTags;
  readonly identity: Identity | undefined;
  /** Of what this machine or this moment lacks (variables, secrets): a check elsewhere must not call it an error. */
  readonly absenceSeverity: Severity;
  readonly documents = new SchemaCheck({ coerce: false });
  readonly properties = new SchemaCheck({ coerce: true });
  readonly findings: Finding[] = [];
  /** Values that must not be shown. */
  readonly secrets: string[] = [];
  /** By name. */
  readonly stores = new Map<string, SecretStore>();

  constructor(options: {
    readonly env: Environment;
    readonly cwd: string;
    readonly types: ComponentTypes;
    readonly tags: TemplateTags;
    readonly identity: Identity | undefined;
  }) {
    this.env = options.env;
    this.cwd = options.cwd;
    this.types = options.types;
    this.tags = options.tags;
    this.identity = options.identity;
    this.absenceSeverity = options.identity ? 'error' : 'warning';
  }

  report(...findings: readonly Finding[]): void {
    this.findings.push(...findings);
  }
}

import type { Finding } from '../findings.js';
import type { PlacedDocument } from '../yaml/placed-document.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** `${NAME}` or `${NAME:-default}`; `$${` stands for `${`. */
const variablePattern = /\$\$\{|\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}/g;

/** Names of variables whose values are not for logs. */
const secretName = /token|secret|passw|credential|private|api_?key/i;

/** Whether a variable of this name probably holds a secret. */
export function looksSecret(name: string): boolean {
  return secretName.test(name);
}

export interface Filled {
  readonly document: PlacedDocument;
  readonly findings: readonly Finding[];
  readonly secrets: readonly string[];
}

/** Puts environment variables into all strings of a document; one that is not set and has no default is a finding. */
export function fillVariables(document: PlacedDocument, env: Environment): Filled {
  const findings: Finding[] = [];
  const secrets: string[] = [];
  const filled = document.rewriteStrings((text, findingHere) =>
    text.replace(variablePattern, (whole, name: string | undefined, otherwise: string | undefined) => {
      if (name === undefined) return '${';
      const value = env[name];
      if (value !== undefined && looksSecret(name)) secrets.push(value);
      if (otherwise !== undefined && !value) return otherwise;
      if (value !== undefined) return value;
      findings.push(findingHere(`environment variable ${name} is not set`, `give a default: \${${name}:-value}`));
      return whole;
    }),
  );
  return { document: filled, findings, secrets };
}

/** What Dapr's template tags stand for. */
export interface TemplateTags {
  uuid(): string;
  readonly podName: string;
  readonly namespace: string;
  readonly appID: string;
}

/** Fills `{uuid}` (a new one each time), `{podName}`, `{namespace}` and `{appID}`; other braces stay. */
export function fillTags(text: string, tags: TemplateTags): string {
  return text.replace(/\{(uuid|podName|namespace|appID)\}/g, (_whole, name: keyof TemplateTags) =>
    name === 'uuid' ? tags.uuid() : tags[name],
  );
}

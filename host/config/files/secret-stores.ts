import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Environment } from './substitution.js';

export interface SecretRef {
  readonly name: string;
  /** Absent: the name itself. */
  readonly key?: string;
}

/** Where `secretKeyRef` looks. */
export interface SecretStore {
  /** As messages name it. */
  readonly label: string;
  /** undefined: there is no such secret. Throws when the store cannot be read. */
  get(ref: SecretRef): string | undefined;
}

/** A secret is an environment variable. */
export function environmentStore(env: Environment, prefix = ''): SecretStore {
  return {
    label: 'the environment',
    get: ({ name, key = name }) => (key === name ? env[prefix + name] : undefined),
  };
}

/** A secret is a file, such as a mounted one: `name` is its path as seen from `folder`, `key` a file within it. */
export function fileStore(folder: string): SecretStore {
  return {
    label: `files of ${folder}`,
    get: ({ name, key = name }) => {
      const path = key === name ? resolve(folder, name) : resolve(folder, name, key);
      return attempt(() => readFileSync(path, 'utf8').replace(/\r?\n$/, ''));
    },
  };
}

/**
 * A JSON file. A secret is a member: `a:b` (with the separator) of a nested one, or the member `key` of the object
 * `name`. Throws when the file cannot be read or is no JSON object.
 */
export function jsonFileStore(file: string, separator = ':'): SecretStore {
  let content: unknown;
  return {
    label: file,
    get: ({ name, key }) => {
      content ??= readJson(file);
      const path = name.split(separator);
      const found = memberAt(content, [name]) ?? memberAt(content, path);
      const value = key === undefined || key === name ? found : memberAt(found, [key]);
      return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
    },
  };
}

/** Without the cause: the parser quotes what it stumbled over, which is part of a secret here. */
function readJson(file: string): unknown {
  const content = attempt(() => readFileSync(file, 'utf8'));
  if (content === undefined) throw new Error(`${file} cannot be read`);
  const parsed = attempt((): unknown => JSON.parse(content));
  if (parsed === undefined) throw new Error(`${file} is no JSON`);
  return parsed;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function memberAt(value: unknown, path: readonly string[]): unknown {
  let member = value;
  for (const name of path) {
    if (typeof member !== 'object' || member === null || !Object.hasOwn(member, name)) return undefined;
    member = (member as Readonly<Record<string, unknown>>)[name];
  }
  return member;
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from '@jest/globals';
import type { HostConfig } from '../../../host/config/host-config.js';
import { loadConfig, type HostFlags } from '../../../host/index.js';

/** A working folder of its own for every test of a file. */
export class Folder {
  #path = '';

  constructor() {
    beforeEach(() => {
      this.#path = mkdtempSync(join(tmpdir(), 'wfhost-config-'));
    });
    afterEach(() => rmSync(this.#path, { recursive: true }));
  }

  get path(): string {
    return this.#path;
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(this.#path, name, '..'), { recursive: true });
      writeFileSync(join(this.#path, name), text);
    }
  }

  load(flags: HostFlags = {}, env: Record<string, string> = {}): Promise<HostConfig> {
    return loadConfig({ flags, env, cwd: this.#path });
  }

  /** What the refusal says. */
  async reasonOf(flags: HostFlags, env: Record<string, string> = {}): Promise<string> {
    const error: unknown = await this.load(flags, env).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'ERR_CONFIG_INVALID' });
    return (error as Error).message;
  }
}

export const component = (name: string, rest = '', type = 'workflow.builtin'): string =>
  `apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata:\n  name: ${name}\nspec:\n  type: ${type}\n  version: v1\n${rest}`;

export const withPath = (value: string): string => `  metadata:\n    - name: path\n${value}`;

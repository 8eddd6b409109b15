import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { GivenSettings } from './given-settings.js';

/** Below this a token can be guessed: 128 bits take 22 letters of base64. */
const minTokenLength = 16;

/** The API tokens of flag, variable and file. What is wrong with them is reported, without showing any. */
export function readTokens(given: GivenSettings, cwd: string): readonly string[] {
  const single = given.get('dapr-api-token');
  const file = given.get('dapr-api-token-file');
  const tokens = [...(single ? [single.text] : []), ...(file ? readTokenFile(given, file.text, cwd) : [])];
  if (tokens.some((token) => token.length < minTokenLength)) {
    const from = (single ?? file)?.from ?? '';
    given.report({ from }, `an API token is shorter than ${minTokenLength} characters`, undefined, 'warning');
  }
  return tokens;
}

function readTokenFile(given: GivenSettings, path: string, cwd: string): readonly string[] {
  const from = given.get('dapr-api-token-file')?.from ?? '';
  try {
    const lines = readFileSync(resolve(cwd, path), 'utf8').split(/\r?\n/);
    const tokens = lines.map((line) => line.trim()).filter(Boolean);
    if (tokens.length === 0) given.report({ from }, `"${path}" holds no token`);
    return tokens;
  } catch {
    given.report({ from }, `"${path}" cannot be read`);
    return [];
  }
}

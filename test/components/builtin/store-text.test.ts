import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Store } from '../../../components/builtin/store/store.js';
import { fromColumn, toColumn } from '../../../components/builtin/store/text.js';
import { sqliteBackend, type Backend } from './support/backends.js';

const texts = ['', 'a', 'a\u0000', 'a\u0000b', '\u0000', '\u0001', '\u00010', '\u0001\u0000', 'é漢🜚\u0000\u00011'];

describe('text in a column', () => {
  test.each(texts.map((text) => ({ text })))('$text comes back', ({ text }) => {
    expect(fromColumn(toColumn(text))).toBe(text);
    expect(toColumn(text)).not.toContain('\u0000');
  });

  test('a beginning stays a beginning, and nothing else becomes one', () => {
    for (const text of texts) {
      for (const prefix of texts) {
        expect(toColumn(text).startsWith(toColumn(prefix))).toBe(text.startsWith(prefix));
      }
    }
  });
});

describe('a store file', () => {
  let backend: Backend;
  let store: Store;
  beforeEach(() => {
    backend = sqliteBackend();
    store = backend.open();
  });
  afterEach(() => {
    store.close();
    backend.remove();
  });

  test('keeps ids, names and status texts with a NUL apart and whole', () => {
    const nothing = { batch: new Uint8Array(0), removed: [], timersAdded: [], timersRemoved: [], trimBelow: 0 };
    const row = {
      status: 'RUNNING',
      phase: 'idle',
      generation: 0,
      chunkCount: 0,
      lsn: 1,
      createdAtMs: 1,
      lastUpdatedAtMs: 1,
      inbox: new Uint8Array(0),
    } as const;
    const rows = texts.map((text, index) => ({
      row: { ...row, no: index + 1, instanceId: text, workflowName: text, customStatus: text, parentInstanceId: text },
      dropChunks: false,
    }));
    store.commit({ ...nothing, lsn: 1, rows });
    for (const each of rows) expect(store.rowOf(each.row.instanceId)).toEqual(each.row);
    const listed = store.list({ afterNo: 0, limit: 100, instanceIdPrefix: 'a\u0000' });
    expect(listed.map(({ instanceId }) => instanceId)).toEqual(['a\u0000', 'a\u0000b']);
  });
});

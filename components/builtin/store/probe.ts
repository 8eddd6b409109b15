import { readFrames } from './frame.js';
import { checkSchema, isEmpty } from './schema.js';
import { openReadOnly, type SqliteDatabase } from './sqlite-driver.js';
import { memoryPath } from './store.js';

/**
 * Whether a store file holds instances that have not ended, without opening it for writing; false when there is no file.
 * Throws `ERR_STORE_IN_USE` when a host runs on it, `ERR_STORE_UNSUPPORTED` when it is not one of ours.
 */
export function holdsLiveInstances(path: string): boolean {
  const database = path === memoryPath ? undefined : openReadOnly(path);
  if (!database) return false;
  try {
    if (isEmpty(database)) return false;
    checkSchema(database, path);
    const live = database.prepare('SELECT 1 FROM instance WHERE phase > 0 LIMIT 1').get();
    return live !== undefined || hasLoggedInstance(database);
  } finally {
    database.close();
  }
}

/** After a crash, instances may be in the log only. Those that had ended have a row that is complete. */
function hasLoggedInstance(database: SqliteDatabase): boolean {
  const newest = new Map<number, number>();
  for (const row of database.prepare('SELECT lsn, batch FROM log ORDER BY lsn').iterate()) {
    if (!(row['batch'] instanceof Uint8Array)) continue;
    for (const { no, removed } of readFrames(row['batch'])) {
      if (removed) newest.delete(no);
      else newest.set(no, Number(row['lsn']));
    }
  }
  const completeUpTo = database.prepare('SELECT lsn FROM instance WHERE no = ?');
  for (const [no, lsn] of newest) if (Number(completeUpTo.get(no)?.['lsn'] ?? 0) < lsn) return true;
  return false;
}

import { runtimeStatuses } from '../../../core/index.js';
import type { SqliteValue } from './sqlite-driver.js';
import type { RowQuery } from './store.js';
import { toColumn } from './text.js';

/** A list as SQL: creation order, filters where the data is. Values are always bound, never spelled into the text. */
export function rowQuerySql(query: RowQuery): { readonly sql: string; readonly values: readonly SqliteValue[] } {
  const conditions = ['no > ?'];
  const values: SqliteValue[] = [query.afterNo];
  const where = (condition: string, ...bound: readonly (SqliteValue | undefined)[]): void => {
    const present = bound.filter((value) => value !== undefined);
    if (present.length < bound.length) return;
    conditions.push(condition);
    values.push(...present);
  };
  if (query.statuses) {
    const marks = query.statuses.map(() => '?').join(', ');
    where(`status IN (${marks})`, ...query.statuses.map((status) => runtimeStatuses.indexOf(status)));
  }
  const { workflowName, instanceIdPrefix } = query;
  if (workflowName !== undefined) where('name = ?', toColumn(workflowName));
  if (instanceIdPrefix !== undefined) {
    const prefix = toColumn(instanceIdPrefix);
    where('substr(id, 1, length(?)) = ?', prefix, prefix);
  }
  where('created >= ?', query.createdFromMs);
  where('created <= ?', query.createdToMs);
  where('completed < ?', query.completedBeforeMs);
  values.push(query.limit);
  return { sql: `SELECT * FROM instance WHERE ${conditions.join(' AND ')} ORDER BY no LIMIT ?`, values };
}

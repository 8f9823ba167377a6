/** Audit rows in a DuckDB file. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { auditRowOf, insertClosing, insertCounted, toLoadResult } from '../sql/auditRow.js';
import { duckdbDialect } from '../sql/dialects/duckdb.js';
import type { BatchManifest, LoadResult, WindowClosing } from '../warehouse.js';
import type { BatchCounts } from './mergeBatch.js';
import { plainRows } from './plainValues.js';

/** What an earlier load of the same batch did; undefined when there was none. */
export async function earlierLoad(
  connection: DuckDBConnection,
  batchId: string,
): Promise<LoadResult | undefined> {
  const [row] = await plainRows(connection, auditRowOf(duckdbDialect, batchId));
  return row === undefined ? undefined : toLoadResult(row, true);
}

export async function writeAudit(
  connection: DuckDBConnection,
  batch: BatchManifest,
  counts: BatchCounts,
  loadedAt: string,
): Promise<void> {
  await connection.run(insertCounted(duckdbDialect, batch, counts, loadedAt));
}

/** An audit row of a batch without rows, which closes the window. */
export async function closeWindow(connection: DuckDBConnection, closing: WindowClosing): Promise<boolean> {
  if ((await earlierLoad(connection, closing.afterBatchId)) === undefined) return false;
  if ((await earlierLoad(connection, closing.batchId)) !== undefined) return true;
  await connection.run(insertClosing(duckdbDialect, closing, new Date().toISOString()));
  return true;
}

/** The audit row of a batch: proof that it was committed, and what it did. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { TableName } from '../../model/tables.js';
import type { BatchManifest, LoadResult, TableCounts, WindowClosing } from '../warehouse.js';
import type { BatchCounts } from './mergeBatch.js';
import { plainRows } from './plainValues.js';

const countColumns = {
  staged: 'staged_rows',
  inserted: 'inserted_rows',
  updated: 'updated_rows',
  softDeleted: 'deleted_rows',
} as const satisfies Record<keyof TableCounts, string>;

const countNames = Object.keys(countColumns) as (keyof TableCounts)[];

/** What an earlier load of the same batch did; undefined when there was none. */
export async function earlierLoad(
  connection: DuckDBConnection,
  batchId: string,
): Promise<LoadResult | undefined> {
  const [row] = await plainRows(connection, 'SELECT * FROM load_audit WHERE batch_id = $1', [batchId]);
  if (row === undefined) return undefined;
  const result: LoadResult = { alreadyLoaded: true, tables: {}, loadedAt: String(row['loaded_at']) };
  for (const count of countNames) {
    const byTable = JSON.parse(String(row[countColumns[count]])) as Partial<Record<TableName, number>>;
    for (const [table, rows] of Object.entries(byTable) as [TableName, number][]) {
      (result.tables[table] ??= { staged: 0, inserted: 0, updated: 0, softDeleted: 0 })[count] = rows;
    }
  }
  return result;
}

export async function writeAudit(
  connection: DuckDBConnection,
  batch: BatchManifest,
  counts: BatchCounts,
  loadedAt: string,
): Promise<void> {
  const { audit } = batch;
  const byTable = (count: keyof TableCounts) =>
    JSON.stringify(Object.fromEntries(Object.entries(counts).map(([table, of]) => [table, of[count]])));
  const values = {
    connection: batch.connection,
    source_system: batch.sourceSystem,
    stream: batch.stream,
    batch_id: batch.batchId,
    window_start: batch.window.start,
    window_end: batch.window.end,
    closes_window: batch.closesWindow,
    workflow_id: audit.workflowId,
    run_id: audit.runId,
    staged_rows: byTable('staged'),
    inserted_rows: byTable('inserted'),
    updated_rows: byTable('updated'),
    deleted_rows: byTable('softDeleted'),
    redacted: audit.redacted,
    gone: audit.gone,
    pages: audit.pages,
    requests: audit.requests,
    notes: JSON.stringify(audit.notes),
    loaded_at: loadedAt,
  };
  const names = Object.keys(values);
  await connection.run(
    `INSERT INTO load_audit (${names.join(', ')}) VALUES (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
    Object.values(values),
  );
}

/** An audit row of a batch without rows, which closes the window. */
export async function closeWindow(
  connection: DuckDBConnection,
  { afterBatchId, workflowId, runId, notes, ...closing }: WindowClosing,
): Promise<boolean> {
  if ((await earlierLoad(connection, afterBatchId)) === undefined) return false;
  if ((await earlierLoad(connection, closing.batchId)) !== undefined) return true;
  const audit = { workflowId, runId, notes, redacted: 0, gone: 0, pages: 0, requests: 0 };
  await writeAudit(
    connection,
    { ...closing, closesWindow: true, files: {}, audit },
    {},
    new Date().toISOString(),
  );
  return true;
}

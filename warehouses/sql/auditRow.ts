/** The audit row of a batch: proof that it was committed, and what it did. */
import { TidemarkError } from '../../model/errors.js';
import { tables, type OperationalTableName, type TableName } from '../../model/tables.js';
import type { StagedObject } from '../../staging/stagingStore.js';
import type { BatchManifest, LoadResult, TableCounts, WindowClosing } from '../warehouse.js';
import { literalOf, type Dialect } from './dialect.js';
import type { LoadScript } from './loadScript.js';
import { countsOf } from './loadCounts.js';

const countColumns = {
  staged: 'staged_rows',
  inserted: 'inserted_rows',
  updated: 'updated_rows',
  softDeleted: 'deleted_rows',
} as const satisfies Record<keyof TableCounts, string>;

const countNames = Object.keys(countColumns) as (keyof TableCounts)[];

export const auditRowOf = ({ identifier, table, text }: Dialect, batchId: string) =>
  `SELECT * FROM ${table('load_audit')} WHERE ${identifier('batch_id')} = ${text(batchId)}`;

/** What the load did that left this audit row. */
export function toLoadResult(row: Readonly<Record<string, unknown>>, alreadyLoaded: boolean): LoadResult {
  const result: LoadResult = { alreadyLoaded, tables: {}, loadedAt: String(row['loaded_at']) };
  for (const count of countNames) {
    const byTable = JSON.parse(String(row[countColumns[count]])) as Partial<Record<TableName, number>>;
    for (const [table, rows] of Object.entries(byTable) as [TableName, number][]) {
      (result.tables[table] ??= { staged: 0, inserted: 0, updated: 0, softDeleted: 0 })[count] = rows;
    }
  }
  return result;
}

/**
 * Under one id there is one content: rows that came to a batch after it was loaded would be taken for loaded.
 * Throws LoadRefused naming the table.
 */
export function checkSameBatch({ batchId, files }: BatchManifest, earlier: LoadResult): void {
  for (const [table, file] of Object.entries(files) as [TableName, StagedObject][]) {
    const before = earlier.tables[table]?.staged ?? 0;
    if (before === file.rows) continue;
    throw new TidemarkError(
      'LoadRefused',
      `Batch ${batchId} was loaded with ${before} rows of ${table} and now has ${file.rows}.`,
      { remedy: 'Staging was changed while the run was under way. The next run reads the window again.' },
    );
  }
}

/** Writes the audit row of a batch that was merged in the same transaction. */
export function insertAudit(script: LoadScript, batch: BatchManifest): string {
  const { dialect } = script;
  const counted = {
    staged_rows: countsOf(script, 'staged'),
    inserted_rows: countsOf(script, 'inserted'),
    updated_rows: countsOf(script, 'updated'),
    deleted_rows: countsOf(script, 'deleted'),
    loaded_at: script.loadedAt,
  };
  return insertInto(dialect, { ...literalsOf(dialect, 'load_audit', batchColumns(batch)), ...counted });
}

/** Writes the audit row of a batch whose rows were counted as they were merged. @param loadedAt ISO 8601 UTC */
export function insertCounted(
  dialect: Dialect,
  batch: Omit<BatchManifest, 'files'>,
  counts: Readonly<Partial<Record<TableName, TableCounts>>>,
  loadedAt: string,
): string {
  const counted = Object.fromEntries(
    countNames.map((count) => [
      countColumns[count],
      JSON.stringify(Object.fromEntries(Object.entries(counts).map(([table, of]) => [table, of[count]]))),
    ]),
  );
  const row = { ...batchColumns(batch), ...counted, loaded_at: loadedAt };
  return insertInto(dialect, literalsOf(dialect, 'load_audit', row));
}

/** Writes the audit row of a window that is closed without a load. @param loadedAt ISO 8601 UTC */
export function insertClosing(dialect: Dialect, closing: WindowClosing, loadedAt: string): string {
  const { workflowId, runId, notes } = closing;
  const audit = { workflowId, runId, notes, redacted: 0, gone: 0, pages: 0, requests: 0 };
  return insertCounted(dialect, { ...closing, closesWindow: true, audit }, {}, loadedAt);
}

function batchColumns(batch: Omit<BatchManifest, 'files'>) {
  const { audit, window } = batch;
  return {
    connection: batch.connection,
    source_system: batch.sourceSystem,
    stream: batch.stream,
    batch_id: batch.batchId,
    window_start: window.start,
    window_end: window.end,
    closes_window: batch.closesWindow,
    workflow_id: audit.workflowId,
    run_id: audit.runId,
    redacted: audit.redacted,
    gone: audit.gone,
    pages: audit.pages,
    requests: audit.requests,
    notes: JSON.stringify(audit.notes),
  };
}

/** SQL of a row's values by column. */
function literalsOf(
  dialect: Dialect,
  table: OperationalTableName,
  row: Readonly<Record<string, unknown>>,
): Record<string, string> {
  return Object.fromEntries(
    tables[table].columns
      .filter(({ name }) => row[name] !== undefined)
      .map(({ name, type }) => [name, literalOf(dialect, type, row[name])]),
  );
}

const insertInto = (dialect: Dialect, values: Record<string, string>) =>
  `INSERT INTO ${dialect.table('load_audit')} (${Object.keys(values).map(dialect.identifier).join(', ')})
   SELECT ${Object.values(values).join(', ')}`;

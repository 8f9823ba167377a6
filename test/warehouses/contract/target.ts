/** What a warehouse must offer to be held to the contract: a fresh one for each test, loaded through staged files. */
import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import {
  tableNames,
  tables,
  type CanonicalRows,
  type StagedTableName,
  type TableName,
} from '../../../model/tables.js';
import { createFileStore } from '../../../staging/fileStore.js';
import { createBatchWriter } from '../../../staging/parquetWriter.js';
import type { StagingStore } from '../../../staging/stagingStore.js';
import type { BatchManifest, LoadResult, Warehouse } from '../../../warehouses/warehouse.js';
import { scratchDirectory } from '../../support/scratchDirectory.js';

export const noSignal = new AbortController().signal;

/** Rows of every table in the order of their keys; JSON as values. */
export type Dump = Record<string, Record<string, unknown>[]>;

export interface ScratchTarget {
  /** A folder of the test's own. */
  directory: string;
  store: StagingStore;
  warehouse: Warehouse;
  /** Stages rows as a batch of that id. */
  stage(batchId: string, ...rows: CanonicalRows[]): Promise<BatchManifest>;
  /** Stages and loads them. */
  load(batchId: string, ...rows: CanonicalRows[]): Promise<LoadResult>;
  dump(): Promise<Dump>;
  /** Rows of one query, in the SQL that all warehouses speak. */
  rows(sql: string): Promise<Record<string, unknown>[]>;
  /** Takes a column away behind the warehouse's back, as a file of an older version lacks it. */
  dropColumn(table: TableName, column: string): Promise<void>;
  /** Takes everything away behind the warehouse's back: it is as if nothing had ever been loaded. */
  empty(): Promise<void>;
}

/** Opens a warehouse with all tables and no rows; what it needs is cleaned up when the test is over. */
export type OpenTarget = () => Promise<ScratchTarget>;

/** @param openWarehouse makes the warehouse over the staging store of the test, in its folder where it needs one */
export async function scratchTarget(
  openWarehouse: (store: StagingStore, directory: string) => Promise<Warehouse>,
  { dropColumn, empty }: Pick<ScratchTarget, 'dropColumn' | 'empty'>,
): Promise<ScratchTarget> {
  // Staging and warehouses may lie below folders that look like partitions; their names say nothing of any row.
  const directory = join(await scratchDirectory(), 'env=prod', 'connection=other');
  await mkdir(directory, { recursive: true });
  const store = createFileStore(join(directory, 'staging'), 'file:staging');
  const warehouse = await openWarehouse(store, directory);
  const stage = (batchId: string, ...rows: CanonicalRows[]) => stageBatch(store, directory, batchId, rows);
  return {
    directory,
    store,
    warehouse,
    stage,
    load: async (batchId, ...rows) => warehouse.load(await stage(batchId, ...rows), noSignal),
    dump: () => dumpOf(warehouse),
    rows: (sql) => warehouse.query(sql),
    dropColumn,
    empty,
  };
}

/** Every table as the warehouse's own query answers it; those without rows by one query for all, as most have none. */
export async function dumpOf(warehouse: Warehouse): Promise<Dump> {
  const counts = await warehouse.query(
    tableNames.map((name) => `SELECT '${name}' AS name, COUNT(*) AS n FROM ${name}`).join(' UNION ALL '),
  );
  const filled = new Set(counts.filter(({ n }) => Number(n) > 0).map(({ name }) => name));
  const dump: Dump = {};
  for (const name of tableNames) {
    const rows = filled.has(name) ? await warehouse.query(`SELECT * FROM ${name}`) : [];
    dump[name] = rows
      .map((row) => withJsonValues(name, row))
      .map((row) => ({ row, order: orderOf(name, row) }))
      .sort((a, b) => (a.order < b.order ? -1 : 1))
      .map(({ row }) => row);
  }
  return dump;
}

const orderOf = (name: TableName, row: Record<string, unknown>) =>
  JSON.stringify([...tables[name].key.map((column) => row[column]), row]);

function withJsonValues(name: TableName, row: Record<string, unknown>): Record<string, unknown> {
  const json = new Set<string>(
    tables[name].columns.filter(({ type }) => type === 'json').map((column) => column.name),
  );
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      json.has(column) && typeof value === 'string' ? (JSON.parse(value) as unknown) : value,
    ]),
  );
}

async function stageBatch(
  store: StagingStore,
  directory: string,
  batchId: string,
  records: CanonicalRows[],
): Promise<BatchManifest> {
  const writer = await createBatchWriter(await mkdtemp(join(directory, 'work-')));
  for (const rows of records) await writer.add(withBatchId(rows, batchId));
  const files: BatchManifest['files'] = {};
  for (const [table, file] of Object.entries(await writer.finish()) as [
    StagedTableName,
    { path: string; rows: number },
  ][]) {
    files[table] = await store.putFile(`${batchId}/${table}.parquet`, file.path, file.rows);
  }
  return {
    batchId,
    connection: 'acme',
    sourceSystem: 'genesys',
    stream: 'evaluations',
    window: { start: '2026-11-01T00:00:00.000Z', end: '2026-11-02T00:00:00.000Z' },
    closesWindow: true,
    files,
    audit: { workflowId: 'w', runId: 'r', redacted: 1, gone: 2, pages: 3, requests: 4, notes: ["it's fine"] },
  };
}

function withBatchId(rows: CanonicalRows, batchId: string): CanonicalRows {
  return Object.fromEntries(
    Object.entries(rows).map(([table, tableRows]) => [
      table,
      (tableRows as object[]).map((row) => ({ ...row, batch_id: batchId })),
    ]),
  );
}

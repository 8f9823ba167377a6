/** A DuckDB warehouse in a folder of its own, loaded through real staged Parquet files. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll } from 'vitest';
import { tableNames, type CanonicalRows, type StagedTableName } from '../../model/tables.js';
import { createFileStore } from '../../staging/fileStore.js';
import { createBatchWriter } from '../../staging/parquetWriter.js';
import type { StagingStore } from '../../staging/stagingStore.js';
import { withDatabase } from '../../warehouses/duckdb/databaseFile.js';
import { plainRows } from '../../warehouses/duckdb/plainValues.js';
import { openWarehouse, type DuckdbConfig } from '../../warehouses/openWarehouse.js';
import type { BatchManifest, LoadResult, Warehouse } from '../../warehouses/warehouse.js';
import { scratchDirectory } from '../support/scratchDirectory.js';

export const noSignal = new AbortController().signal;

export type Dump = Record<string, Record<string, unknown>[]>;

export interface ScratchWarehouse {
  directory: string;
  path: string;
  store: StagingStore;
  warehouse: Warehouse;
  /** Stages rows as a batch of that id. */
  stage(batchId: string, ...rows: CanonicalRows[]): Promise<BatchManifest>;
  /** Stages and loads them. */
  load(batchId: string, ...rows: CanonicalRows[]): Promise<LoadResult>;
  /** Every row of every table in a canonical order. */
  dump(): Promise<Dump>;
  /** Rows of one query. */
  rows(sql: string): Promise<Record<string, unknown>[]>;
}

export async function scratchWarehouse(config: Partial<DuckdbConfig> = {}): Promise<ScratchWarehouse> {
  const directory = await scratchDirectory();
  const path = join(directory, 'warehouse.duckdb');
  const store = createFileStore(join(directory, 'staging'), 'file:staging');
  const warehouse = openWarehouse({ kind: 'duckdb', path, ...config }, store);
  await copyFile(await emptyWarehouse, path);
  const stage = (batchId: string, ...rows: CanonicalRows[]) => stageBatch(store, directory, batchId, rows);
  return {
    directory,
    path,
    store,
    warehouse,
    stage,
    load: async (batchId, ...rows) => warehouse.load(await stage(batchId, ...rows), noSignal),
    dump: () => dumpOf(path),
    rows: (sql) => warehouse.query(sql),
  };
}

/** Making the schema takes a moment, and every test begins with the same empty file. */
const emptyWarehouse = makeEmptyWarehouse();

async function makeEmptyWarehouse(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-test-empty-'));
  afterAll(() => rm(directory, { recursive: true, force: true }));
  const path = join(directory, 'empty.duckdb');
  await openWarehouse({ kind: 'duckdb', path }, createFileStore(directory, 'file:none')).ensureSchema();
  return path;
}

async function dumpOf(path: string): Promise<Dump> {
  return withDatabase({ path, memoryLimit: '256MB', threads: 2 }, 'read', async (connection) => {
    const dump: Dump = {};
    for (const table of tableNames) {
      dump[table] = await plainRows(connection, `SELECT * FROM ${table} ORDER BY ALL`);
    }
    return dump;
  });
}

async function stageBatch(
  store: StagingStore,
  directory: string,
  batchId: string,
  records: CanonicalRows[],
): Promise<BatchManifest> {
  const writer = await createBatchWriter(join(directory, `work-${batchId}`));
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

/** Changes the file behind the warehouse's back, as another program would. */
export async function changeFile(path: string, ...statements: string[]) {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}

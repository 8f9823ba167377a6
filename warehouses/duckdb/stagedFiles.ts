/** The staged files of a batch as views. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { TidemarkError } from '../../model/errors.js';
import type { ReconciledTable } from '../../model/reconciliation.js';
import { identifier, literal } from '../../model/sqlText.js';
import { stagedTableNames, type StagedTableName } from '../../model/tables.js';
import { withMemoryDatabase } from '../../staging/memoryDatabase.js';
import type { StagedObject, StagingStore } from '../../staging/stagingStore.js';
import { comparedColumns } from '../sql/comparison.js';
import { duckdbDialect } from '../sql/dialects/duckdb.js';
import { parquetRows } from '../sql/parquetRows.js';
import type { BatchManifest } from '../warehouse.js';
import { plainRows } from './plainValues.js';

/** The view of a staged file. */
export const { staged } = duckdbDialect;

/** A staged table of a batch and where its file lies on this machine. */
export interface StagedFile {
  table: StagedTableName;
  object: StagedObject;
  path: string;
}

/** Makes the views, in load order. Throws LoadRefused for a file that is not what the manifest says. */
export async function openStagedFiles(
  connection: DuckDBConnection,
  staging: StagingStore,
  batch: Pick<BatchManifest, 'files'>,
  signal: AbortSignal,
): Promise<StagedFile[]> {
  const files: StagedFile[] = [];
  for (const table of stagedTableNames) {
    const object = batch.files[table];
    if (object === undefined) continue;
    const path = await staging.localPath(object);
    await checkHash(table, path, object, signal);
    try {
      await connection.run(
        `CREATE OR REPLACE TEMP VIEW ${identifier(`staged_${table}`)} AS SELECT * FROM ${parquetRows(literal(path), null)}`,
      );
    } catch (cause) {
      throw new TidemarkError('LoadRefused', `${table}: "${object.name}" is no Parquet file.`, {
        remedy: 'Run the window again.',
        cause,
      });
    }
    files.push({ table, object, path });
  }
  return files;
}

/**
 * Runs work beside the staged files of a batch, open as views in a database of their own in memory, for warehouses
 * that do not read Parquet themselves. Throws LoadRefused for a file that is not what the manifest says.
 */
export async function withStagedFiles<T>(
  staging: StagingStore,
  batch: Pick<BatchManifest, 'files'>,
  signal: AbortSignal,
  work: (connection: DuckDBConnection, files: readonly StagedFile[]) => Promise<T>,
): Promise<T> {
  return withMemoryDatabase({ memoryLimit: '256MB', threads: 1 }, async (connection) =>
    work(connection, await openStagedFiles(connection, staging, batch, signal)),
  );
}

/** What it takes of the staged records of a table to compare them with those held. */
export async function readStagedRecords(
  staging: StagingStore,
  table: ReconciledTable,
  object: StagedObject,
  signal: AbortSignal,
): Promise<Record<string, unknown>[]> {
  return withStagedFiles(staging, { files: { [table]: object } }, signal, async (connection) =>
    plainRows(connection, `SELECT ${comparedColumns(table).join(', ')} FROM ${staged(table)}`),
  );
}

async function checkHash(table: string, path: string, object: StagedObject, signal: AbortSignal) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash, { signal });
  if (hash.digest('hex') === object.sha256) return;
  throw new TidemarkError(
    'LoadRefused',
    `${table}: "${object.name}" is not the file that was staged (SHA-256).`,
    {
      remedy: 'Run the window again.',
    },
  );
}

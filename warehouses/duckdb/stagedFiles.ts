/** The staged files of a batch as views, and the promises they must keep before anything is merged. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { TidemarkError } from '../../model/errors.js';
import type { ReconciledKind } from '../../model/reconciliation.js';
import { stagedColumns, stagedTableNames, tables, type StagedTableName } from '../../model/tables.js';
import { withMemoryDatabase } from '../../staging/memoryDatabase.js';
import type { StagedObject, StagingStore } from '../../staging/stagingStore.js';
import { comparedColumns } from '../sql/comparison.js';
import { duckdbDialect } from '../sql/dialects/duckdb.js';
import { reconciledTables } from '../sql/heldRecords.js';
import { ownerOf, versionedPlans } from '../sql/mergePlan.js';
import { identifier, list, literal } from '../sql/quoting.js';
import type { BatchManifest } from '../warehouse.js';
import { plainRows } from './plainValues.js';

/** The view of a staged file. */
export const { staged } = duckdbDialect;

/** The staged tables of a batch in load order. */
function tablesOf({
  files,
}: Pick<BatchManifest, 'files'>): { table: StagedTableName; object: StagedObject }[] {
  return stagedTableNames.flatMap((table) => {
    const object = files[table];
    return object === undefined ? [] : [{ table, object }];
  });
}

/** For rows that no vendor's data should be able to bring about. */
const brokenPromise =
  'Nothing of the batch was loaded. The mapping broke its own promise: report it with this message.';

/** Makes the views. Throws LoadRefused for a file that is not what the manifest says. */
export async function openStagedFiles(
  connection: DuckDBConnection,
  staging: StagingStore,
  batch: Pick<BatchManifest, 'files'>,
  signal: AbortSignal,
): Promise<void> {
  for (const { table, object } of tablesOf(batch)) {
    const path = await staging.localPath(object);
    await checkHash(table, path, object, signal);
    try {
      await connection.run(
        `CREATE OR REPLACE TEMP VIEW ${identifier(`staged_${table}`)} AS SELECT * FROM read_parquet(${literal(path)})`,
      );
    } catch (cause) {
      throw new TidemarkError('LoadRefused', `${table}: "${object.name}" is no Parquet file.`, {
        remedy: 'Run the window again.',
        cause,
      });
    }
  }
}

/**
 * Runs work beside the staged files of a batch, open as views in a database of their own in memory, for warehouses
 * that do not read Parquet themselves. Throws LoadRefused for a file that is not what the manifest says.
 */
export async function withStagedFiles<T>(
  staging: StagingStore,
  batch: Pick<BatchManifest, 'files'>,
  signal: AbortSignal,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  return withMemoryDatabase({ memoryLimit: '256MB', threads: 2 }, async (connection) => {
    await openStagedFiles(connection, staging, batch, signal);
    return work(connection);
  });
}

/** What it takes of staged records of a kind to compare them with those held. */
export async function readStagedRecords(
  staging: StagingStore,
  kind: ReconciledKind,
  object: StagedObject,
  signal: AbortSignal,
): Promise<Record<string, unknown>[]> {
  const table = reconciledTables[kind];
  return withStagedFiles(staging, { files: { [table]: object } }, signal, async (connection) =>
    plainRows(connection, `SELECT ${comparedColumns(kind).join(', ')} FROM ${staged(table)}`),
  );
}

/** Throws LoadRefused naming table and column, key or example when the staged rows break a promise. */
export async function checkStagedRows(connection: DuckDBConnection, batch: BatchManifest): Promise<void> {
  for (const { table, object } of tablesOf(batch)) {
    await checkColumns(connection, table);
    await checkValues(connection, table, object, batch);
    await checkUnique(connection, table);
    await checkOwners(connection, table, batch);
  }
  if (batch.files.tombstones !== undefined) await checkTombstones(connection);
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

async function checkColumns(connection: DuckDBConnection, table: StagedTableName) {
  const rows = await plainRows(connection, `DESCRIBE SELECT * FROM ${staged(table)}`);
  const found = rows.map((row) => `${row['column_name']} ${row['column_type']}`);
  const wanted = stagedColumns(table).map(({ name, type }) => `${name} ${duckdbDialect.stagedTypes[type]}`);
  const wrong =
    wanted.find((column) => !found.includes(column)) ?? found.find((column) => !wanted.includes(column));
  if (wrong === undefined) return;
  throw new TidemarkError(
    'LoadRefused',
    `${table}: the staged file and the column registry disagree about the column ${wrong}.`,
    { remedy: 'It was staged by another version of Tidemark: run the window again.' },
  );
}

async function checkValues(
  connection: DuckDBConnection,
  table: StagedTableName,
  object: StagedObject,
  { batchId, connection: connectionName, sourceSystem }: BatchManifest,
) {
  const required = stagedColumns(table).filter(({ nullable }) => !nullable);
  const stamped = { batch_id: batchId, connection: connectionName, source_system: sourceSystem };
  const [counts = {}] = await plainRows(
    connection,
    `SELECT count(*) AS "rows",
       ${Object.keys(stamped)
         .map((name, index) => `count_if(${name} IS DISTINCT FROM $${index + 1}) AS "other ${name}",`)
         .join(' ')}
       ${required.map(({ name }) => `count(*) - count(${identifier(name)}) AS ${identifier(name)}`).join(', ')}
     FROM ${staged(table)}`,
    Object.values(stamped),
  );
  if (counts['rows'] !== object.rows) {
    throw new TidemarkError(
      'LoadRefused',
      `${table}: the manifest says ${object.rows} rows, but the staged file has ${counts['rows']}.`,
      { remedy: 'Run the window again.' },
    );
  }
  for (const { name } of required) {
    if (counts[name] !== 0) {
      throw new TidemarkError('LoadRefused', `${table}.${name} is empty in ${counts[name]} staged rows.`, {
        remedy: brokenPromise,
      });
    }
  }
  for (const [name, value] of Object.entries(stamped)) {
    if (counts[`other ${name}`] !== 0) {
      throw new TidemarkError(
        'LoadRefused',
        `${table}.${name} is not "${value}", as the manifest says, in ${counts[`other ${name}`]} staged rows.`,
        { remedy: brokenPromise },
      );
    }
  }
}

/** DuckDB's MERGE would take any of two rows with one key, or insert both, without a word. */
async function checkUnique(connection: DuckDBConnection, table: StagedTableName) {
  const { key } = tables[table];
  const [example] = await plainRows(
    connection,
    `SELECT ${list(key)}, count(*) AS times FROM ${staged(table)} GROUP BY ${list(key)} HAVING count(*) > 1 LIMIT 1`,
  );
  if (example === undefined) return;
  throw new TidemarkError(
    'LoadRefused',
    `${table}: the key (${key.join(', ')}) is not unique in the staged rows: ` +
      `(${key.map((column) => String(example[column])).join(', ')}) is there ${String(example['times'])} times.`,
    { remedy: brokenPromise },
  );
}

/** Orphans are looked for among the owners of the batch, so a part without its owner would never be cleaned up. */
async function checkOwners(connection: DuckDBConnection, table: StagedTableName, { files }: BatchManifest) {
  const owner = ownerOf(table);
  if (owner === undefined) return;
  const without =
    files[owner.name] === undefined ? '' : `ANTI JOIN ${staged(owner.name)} USING (${list(owner.key)})`;
  const [example] = await plainRows(
    connection,
    `SELECT ${list(owner.key)} FROM ${staged(table)} ${without} LIMIT 1`,
  );
  if (example === undefined) return;
  throw new TidemarkError(
    'LoadRefused',
    `${table}: rows of (${owner.key.map((column) => String(example[column])).join(', ')}) are staged without ` +
      `their row of ${owner.name}.`,
    { remedy: brokenPromise },
  );
}

async function checkTombstones(connection: DuckDBConnection) {
  const known = versionedPlans.map(({ name }) => literal(name)).join(', ');
  const [wrong] = await plainRows(
    connection,
    `SELECT entity FROM ${staged('tombstones')} WHERE entity NOT IN (${known}) LIMIT 1`,
  );
  if (wrong === undefined) return;
  throw new TidemarkError(
    'LoadRefused',
    `tombstones.entity "${String(wrong['entity'])}" is no table whose rows can be deleted.`,
    { remedy: brokenPromise },
  );
}

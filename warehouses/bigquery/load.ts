/** A batch from its staged files to its audit row, once for each batch id. */
import type { BigQuery } from '@google-cloud/bigquery';
import type { StagingStore } from '../../staging/stagingStore.js';
import { checkStagedRows } from '../duckdb/stagedChecks.js';
import { withStagedFiles } from '../duckdb/stagedFiles.js';
import { auditRowOf, checkSameBatch, toLoadResult } from '../sql/auditRow.js';
import { monthsQuery } from '../sql/loadScript.js';
import type { BatchManifest, LoadResult } from '../warehouse.js';
import type { BigqueryConfig } from './connection.js';
import { dialectOf, jobName } from './names.js';
import { runQuery, runScript } from './queries.js';
import { loadScript, stagedRows } from './script.js';
import { dropStagedTables, stageTables } from './stagedTables.js';

export async function loadBatch(
  bigquery: BigQuery,
  config: BigqueryConfig,
  staging: StagingStore,
  batch: BatchManifest,
  signal: AbortSignal,
): Promise<LoadResult> {
  const earlier = await loadedBefore(bigquery, config, batch, signal);
  if (earlier !== undefined) return { ...earlier, alreadyLoaded: true };

  await withStagedFiles(staging, batch, signal, async (connection, files) =>
    checkStagedRows(connection, batch, files),
  );
  await stageTables(bigquery, config, staging, batch, signal);
  const months = await touchedMonths(bigquery, config, batch, signal);
  const script = loadScript(dialectOf(config, batch.batchId), batch, months, new Date().toISOString());
  let loaded: LoadResult | undefined;
  try {
    await runScript(bigquery, config, jobName(config, 'load', batch.batchId), script, signal);
  } catch (error) {
    signal.throwIfAborted();
    // Another attempt may have been at it, too: what counts is what was committed.
    loaded = await loadedBefore(bigquery, config, batch, signal);
    if (loaded === undefined) throw error;
  }
  loaded ??= await loadedBefore(bigquery, config, batch, signal);
  if (loaded === undefined) throw new Error(`The load of ${batch.batchId} succeeded without its audit row.`);
  // Tables that cannot be dropped now expire; the batch is committed either way.
  await dropStagedTables(bigquery, config, batch, signal).catch(() => undefined);
  return loaded;
}

/** What an earlier load of the same batch did; undefined when there was none. */
export async function findLoad(
  bigquery: BigQuery,
  config: BigqueryConfig,
  batchId: string,
  signal: AbortSignal,
): Promise<LoadResult | undefined> {
  const [row] = await runQuery(bigquery, config, auditRowOf(dialectOf(config), batchId), signal);
  return row === undefined ? undefined : toLoadResult(row, false);
}

async function loadedBefore(
  bigquery: BigQuery,
  config: BigqueryConfig,
  batch: BatchManifest,
  signal: AbortSignal,
): Promise<LoadResult | undefined> {
  const found = await findLoad(bigquery, config, batch.batchId, signal);
  if (found !== undefined) checkSameBatch(batch, found);
  return found;
}

async function touchedMonths(
  bigquery: BigQuery,
  config: BigqueryConfig,
  batch: BatchManifest,
  signal: AbortSignal,
): Promise<string[]> {
  const query = monthsQuery({ dialect: dialectOf(config, batch.batchId), staged: stagedRows(batch) });
  if (query === undefined) return [];
  return (await runQuery(bigquery, config, query, signal)).map((row) => String(row['touched_month']));
}

/** A batch from its staged files to its audit row, once for each batch id. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { StagingStore } from '../../staging/stagingStore.js';
import { checkSameBatch } from '../sql/auditRow.js';
import type { BatchManifest, LoadResult } from '../warehouse.js';
import { earlierLoad, writeAudit } from './loadAudit.js';
import { mergeBatch } from './mergeBatch.js';
import { checkStagedRows } from './stagedChecks.js';
import { openStagedFiles } from './stagedFiles.js';

/**
 * Inside the caller's transaction. `prepare` runs once the staged rows are found to be right, before anything is
 * merged, and not at all for a batch that was loaded before.
 */
export async function loadOnce(
  connection: DuckDBConnection,
  staging: StagingStore,
  batch: BatchManifest,
  signal: AbortSignal,
  prepare: () => Promise<void> = async () => undefined,
): Promise<LoadResult> {
  const earlier = await earlierLoad(connection, batch.batchId);
  if (earlier !== undefined) {
    checkSameBatch(batch, earlier);
    return earlier;
  }
  const loadedAt = new Date().toISOString();
  const files = await openStagedFiles(connection, staging, batch, signal);
  await checkStagedRows(connection, batch, files);
  await prepare();
  const counts = await mergeBatch(connection, batch, loadedAt, signal);
  await writeAudit(connection, batch, counts, loadedAt);
  signal.throwIfAborted();
  return { alreadyLoaded: false, tables: counts, loadedAt };
}

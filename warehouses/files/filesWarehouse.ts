import { resolve } from 'node:path';
import { tableNames, type TableName } from '../../model/tables.js';
import type { StagingStore } from '../../staging/stagingStore.js';
import { closeWindow } from '../duckdb/loadAudit.js';
import { loadOnce } from '../duckdb/loadOnce.js';
import { plainRows } from '../duckdb/plainValues.js';
import { readStagedRecords } from '../duckdb/stagedFiles.js';
import { compareRecords } from '../sql/comparison.js';
import { duckdbDialect } from '../sql/dialects/duckdb.js';
import { writeRows } from '../sql/operationalRows.js';
import { createReads, type RunQuery } from '../sql/reads.js';
import type { BatchManifest, LoadResult, Warehouse } from '../warehouse.js';
import { affectedBy, tablesRead } from './affectedTables.js';
import { checkFiles } from './checkFiles.js';
import { materialise, openViews } from './currentTables.js';
import { newWorkFolder, withEngine } from './engine.js';
import { directoryError, noDirectoryYet } from './errors.js';
import { emptyManifest, readOwnManifest, type Manifest } from './manifest.js';
import { ensureManifest, isComplete } from './schema.js';
import { changing, type Change, type ChangedTables, type FilesDirectory } from './writer.js';

/**
 * A directory of Parquet or NDJSON files as the warehouse. Loads replace the files of the partitions they change and
 * then the manifest; readers follow the manifest and need no lock.
 */
export function createFilesWarehouse(config: FilesDirectory, staging: StagingStore): Warehouse {
  const directory = { ...config, path: resolve(config.path) };

  const inTerms = async <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw directoryError(directory, error);
    });

  const ensureSchema = async () => inTerms(changing(directory, ensureManifest));

  const reading = async (manifest: Manifest, sql: string) =>
    withEngine(directory, newWorkFolder(directory, 'read'), async (connection) => {
      await openViews(connection, { directory: directory.path, manifest }, namedIn(sql));
      return plainRows(connection, sql);
    });

  const currentManifest = async () => inTerms(readOwnManifest(directory));

  const run: RunQuery = async (sql) =>
    inTerms(reading((await currentManifest()) ?? emptyManifest(directory.format), sql));

  /** Changes with all tables in place. */
  const writing = async <T>(work: (change: Change) => Promise<T>): Promise<T> => {
    const manifest = await currentManifest();
    if (manifest === undefined || !isComplete(manifest)) await ensureSchema();
    return inTerms(changing(directory, work));
  };

  return {
    kind: directory.format,
    // The directory has one writer.
    concurrency: 1,
    location: directory.path,

    ensureSchema,

    ...createReads(duckdbDialect, run),

    async compare(table, connectionName, staged, signal) {
      const rows = await readStagedRecords(staging, table, staged, signal);
      return compareRecords(duckdbDialect, run, table, connectionName, rows);
    },

    async closeWindow(closing) {
      return writing(async ({ connection, current, commit }) => {
        await openViews(connection, current, ['load_audit']);
        await materialise(connection, current, 'load_audit');
        const closed = await closeWindow(connection, closing);
        if (closed) await commit(whole('load_audit'), {});
        return closed;
      });
    },

    async record(table, rows) {
      if (rows.length === 0) return;
      await writing(async ({ connection, current, commit }) => {
        await materialise(connection, current, table);
        for (const statement of writeRows(duckdbDialect, table, rows)) await connection.run(statement);
        await commit(whole(table), {});
      });
    },

    async load(batch, signal) {
      signal.throwIfAborted();
      return writing(async (change) => {
        const interrupt = () => change.connection.interrupt();
        signal.addEventListener('abort', interrupt);
        try {
          return await load(change, staging, batch, signal);
        } catch (error) {
          signal.throwIfAborted();
          throw error;
        } finally {
          signal.removeEventListener('abort', interrupt);
        }
      });
    },

    async check() {
      await inTerms(changing(directory, async ({ current }) => checkFiles(directory.path, current.manifest)));
    },

    async query(sql) {
      const manifest = await currentManifest();
      if (manifest === undefined) throw noDirectoryYet(directory);
      return reading(manifest, sql);
    },

    // Nothing stays open between operations.
    async close() {},
  };
}

const whole = (table: TableName): ChangedTables => new Map([[table, 'all']]);

/** Opening a view reads the ends of its files: only those that the query names, or all when it asks what there is. */
function namedIn(sql: string): readonly TableName[] {
  const text = sql.toLowerCase();
  const named = tableNames.filter((name) => text.includes(name));
  return named.length === 0 ? tableNames : named;
}

/** Loads a batch, unless it was loaded before. */
async function load(
  { connection, current, commit }: Change,
  staging: StagingStore,
  batch: BatchManifest,
  signal: AbortSignal,
): Promise<LoadResult> {
  await openViews(connection, current, tablesRead(batch));
  const changed: Map<TableName, ReadonlySet<string> | 'all'> = new Map();
  const result = await loadOnce(connection, staging, batch, signal, async () => {
    for (const [table, { loaded, written }] of await affectedBy(connection, batch)) {
      await materialise(connection, current, table, loaded);
      changed.set(table, written);
    }
  });
  if (result.alreadyLoaded) return result;
  await commit(changed, { lastBatch: { batchId: batch.batchId, loadedAt: result.loadedAt } }, signal);
  return result;
}

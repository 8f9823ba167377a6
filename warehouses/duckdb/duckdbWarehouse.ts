import { stat } from 'node:fs/promises';
import { listValue, LIST, VARCHAR, type DuckDBConnection } from '@duckdb/node-api';
import { TidemarkError } from '../../model/errors.js';
import { tableNames, tables, type TableName } from '../../model/tables.js';
import type { StagedObject, StagingStore } from '../../staging/stagingStore.js';
import { identifier } from '../sql/quoting.js';
import type { BatchManifest, KnownVersion, LoadResult, Warehouse } from '../warehouse.js';
import { withDatabase, type DatabaseFile } from './databaseFile.js';
import { loadingError } from './errors.js';
import { closeWindow, earlierLoad, writeAudit } from './loadAudit.js';
import { mergeBatch } from './mergeBatch.js';
import { plainRows, toPlainRow } from './plainValues.js';
import { compareEvaluations } from './comparison.js';
import { countByCreation, readFormVersions, readHeld } from './heldEvaluations.js';
import {
  readIntervalRuns,
  readLoadedWindows,
  readQuarantined,
  readVisibility,
  writeRows,
} from './operationalRows.js';
import { ensureTables } from './schema.js';
import { checkStagedRows, openStagedFiles } from './stagedFiles.js';
import { inTransaction } from './transaction.js';

/**
 * A DuckDB file as the warehouse. Each operation opens the file and closes it again, so that BI tools can read it
 * between loads; operations of one process take turns.
 */
export function createDuckdbWarehouse(file: DatabaseFile, staging: StagingStore): Warehouse {
  const ensureSchema = async () =>
    withDatabase(file, 'write', async (connection) => {
      try {
        return await ensureTables(connection, new Date().toISOString());
      } catch (error) {
        throw loadingError(file, error);
      }
    });

  /** Reads with all tables in place; `none` while nothing was ever loaded. */
  const reading = async <T>(none: T, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> => {
    if (!(await exists(file.path))) return none;
    if (!(await withDatabase(file, 'read', isComplete))) await ensureSchema();
    return withDatabase(file, 'read', async (connection) => {
      try {
        return await work(connection);
      } catch (error) {
        throw loadingError(file, error);
      }
    });
  };

  /** Writes in one transaction with all tables in place. */
  const writing = async <T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> => {
    await ensureSchema();
    return withDatabase(file, 'write', async (connection) => {
      try {
        return await inTransaction(connection, () => work(connection));
      } catch (error) {
        throw loadingError(file, error);
      }
    });
  };

  return {
    kind: 'duckdb',
    location: file.path,

    ensureSchema,

    async knownVersions(table, connectionName, ids) {
      if (ids.length === 0) return [];
      return reading([], (connection) => readVersions(connection, table, connectionName, ids));
    },

    async heldEvaluations(connectionName, selection) {
      return reading([], (connection) => readHeld(connection, connectionName, selection));
    },

    async heldFormVersions(connectionName) {
      return reading([], (connection) => readFormVersions(connection, connectionName));
    },

    async countHeld(connectionName, created) {
      return reading([], (connection) => countByCreation(connection, connectionName, created));
    },

    async compare(connectionName, evaluations, signal) {
      // With the tables there, an empty warehouse lacks everything like any other that lacks it.
      await ensureSchema();
      return reading([], async (connection) => {
        await openStagedFiles(connection, staging, { files: { evaluations } }, signal);
        return compareEvaluations(connection, connectionName);
      });
    },

    async loadedWindows(connectionName, stream) {
      return reading([], (connection) => readLoadedWindows(connection, connectionName, stream));
    },

    async intervalRuns(connectionName, stream, span) {
      return reading([], (connection) => readIntervalRuns(connection, connectionName, stream, span));
    },

    async visibilityFindings(connectionName, stream, before) {
      return reading([], (connection) => readVisibility(connection, connectionName, stream, before));
    },

    async quarantinedPages(connectionName, stream, state) {
      return reading([], (connection) => readQuarantined(connection, connectionName, stream, state));
    },

    async closeWindow(closing) {
      return writing((connection) => closeWindow(connection, closing));
    },

    async record(table, rows) {
      if (rows.length === 0) return;
      await writing((connection) => writeRows(connection, table, rows));
    },

    async load(batch, signal) {
      signal.throwIfAborted();
      return withDatabase(file, 'write', async (connection) => {
        const interrupt = () => connection.interrupt();
        signal.addEventListener('abort', interrupt);
        try {
          return await inTransaction(connection, () => loadOnce(connection, staging, batch, signal));
        } catch (error) {
          signal.throwIfAborted();
          throw loadingError(file, error);
        } finally {
          signal.removeEventListener('abort', interrupt);
        }
      });
    },

    async check() {
      await withDatabase(file, 'write', async () => undefined);
    },

    async query(sql) {
      return withDatabase(file, 'read', (connection) => plainRows(connection, sql));
    },

    // Nothing stays open between operations.
    async close() {},
  };
}

async function loadOnce(
  connection: DuckDBConnection,
  staging: StagingStore,
  batch: BatchManifest,
  signal: AbortSignal,
): Promise<LoadResult> {
  const earlier = await earlierLoad(connection, batch.batchId);
  if (earlier !== undefined) {
    checkSameBatch(batch, earlier);
    return earlier;
  }
  const loadedAt = new Date().toISOString();
  await openStagedFiles(connection, staging, batch, signal);
  await checkStagedRows(connection, batch);
  const counts = await mergeBatch(connection, batch, loadedAt, signal);
  await writeAudit(connection, batch, counts, loadedAt);
  signal.throwIfAborted();
  return { alreadyLoaded: false, tables: counts, loadedAt };
}

/** Under one id there is one content: rows that came to a batch after it was loaded would be taken for loaded. */
function checkSameBatch({ batchId, files }: BatchManifest, earlier: LoadResult): void {
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

async function readVersions(
  connection: DuckDBConnection,
  table: 'evaluations' | 'calibration_evaluations' | 'calibrations',
  connectionName: string,
  ids: readonly string[],
): Promise<KnownVersion[]> {
  const { key, columns } = tables[table];
  const id = identifier(key[1]);
  const has = (column: string) => columns.some(({ name }) => name === column);
  const status = has('status') ? 'T.status' : "''";
  const score = has('total_score') ? 'T.total_score' : 'NULL';
  const result = await connection.runAndReadAll(
    `SELECT T.${id} AS id, T.change_stamp AS stamp, T.extracted_at AS extracted, ${status} AS status,
       ${score} AS score, T.is_deleted AS deleted
     FROM ${identifier(table)} T SEMI JOIN (SELECT unnest($ids) AS id) W ON W.id = T.${id}
     WHERE T.connection = $connection ORDER BY T.${id}`,
    { ids: listValue([...ids]), connection: connectionName },
    { ids: LIST(VARCHAR), connection: VARCHAR },
  );
  return result.getRowObjects().map((row) => {
    const plain = toPlainRow(row);
    return {
      id: String(plain['id']),
      changeStamp: String(plain['stamp']),
      extractedAt: String(plain['extracted']),
      status: String(plain['status']),
      totalScore: typeof plain['score'] === 'number' ? plain['score'] : null,
      isDeleted: plain['deleted'] === true,
    };
  });
}

/** Whether every table and column of the registry is there; a file of an older version lacks some. */
async function isComplete(connection: DuckDBConnection): Promise<boolean> {
  const found = await plainRows(
    connection,
    `SELECT table_name || '.' || column_name AS path FROM duckdb_columns()
     WHERE database_name = current_database() AND schema_name = 'main'`,
  );
  const paths = new Set(found.map(({ path }) => path));
  return tableNames.every((name) =>
    tables[name].columns.every((column) => paths.has(`${name}.${column.name}`)),
  );
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

import { stat } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { StagingStore } from '../../staging/stagingStore.js';
import { compareRecords } from '../sql/comparison.js';
import { duckdbDialect } from '../sql/dialects/duckdb.js';
import { writeRows } from '../sql/operationalRows.js';
import { createReads, isComplete, type RunQuery } from '../sql/reads.js';
import { createPreparation } from '../preparation.js';
import type { Warehouse } from '../warehouse.js';
import { withDatabase, type DatabaseFile } from './databaseFile.js';
import { isIncomplete, loadingError } from './errors.js';
import { closeWindow } from './loadAudit.js';
import { loadOnce } from './loadOnce.js';
import { plainRows } from './plainValues.js';
import { ensureTables } from './schema.js';
import { readStagedRecords } from './stagedFiles.js';
import { inTransaction } from './transaction.js';
import { ensureViews } from './views.js';

/**
 * A DuckDB file as the warehouse. Each operation opens the file and closes it again, so that BI tools can read it
 * between loads; operations of one process take turns.
 */
export function createDuckdbWarehouse(file: DatabaseFile, staging: StagingStore): Warehouse {
  const ensureSchema = async () =>
    withDatabase(file, 'write', async (connection) => {
      try {
        const changes = await ensureTables(connection, new Date().toISOString());
        await ensureViews(connection);
        return changes;
      } catch (error) {
        throw loadingError(file, error);
      }
    });

  const withTables = createPreparation(ensureSchema, isIncomplete);
  const withTablesToRead = createPreparation(async () => {
    if (!(await withDatabase(file, 'read', hasAllTables))) await ensureSchema();
  }, isIncomplete);

  /** Reads with all tables in place; `none` while nothing was ever loaded. */
  const reading = async <T>(none: T, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> => {
    if (!(await exists(file.path))) return none;
    return withTablesToRead(async () =>
      withDatabase(file, 'read', async (connection) => {
        try {
          return await work(connection);
        } catch (error) {
          throw loadingError(file, error);
        }
      }),
    );
  };

  const run: RunQuery = async (sql) => reading([], (connection) => plainRows(connection, sql));

  /** Writes in one transaction with all tables in place; an abort interrupts it. */
  const writing = async <T>(
    work: (connection: DuckDBConnection) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> =>
    withTables(async () =>
      withDatabase(file, 'write', async (connection, giveBack) => {
        const interrupt = () => connection.interrupt();
        signal?.addEventListener('abort', interrupt);
        try {
          return await inTransaction(connection, async () => {
            const result = await work(connection);
            // The commit compresses what was written, which takes as much again as writing it.
            await giveBack();
            return result;
          });
        } catch (error) {
          signal?.throwIfAborted();
          throw loadingError(file, error);
        } finally {
          signal?.removeEventListener('abort', interrupt);
        }
      }),
    );

  return {
    kind: 'duckdb',
    // The file has one writer, and one process must not open it twice.
    concurrency: 1,
    location: file.path,

    ensureSchema,

    ...createReads(duckdbDialect, run),

    async compare(table, connectionName, staged, signal) {
      const rows = await readStagedRecords(staging, table, staged, signal);
      return compareRecords(duckdbDialect, run, table, connectionName, rows);
    },

    async closeWindow(closing) {
      return writing((connection) => closeWindow(connection, closing));
    },

    async record(table, rows) {
      if (rows.length === 0) return;
      await writing(async (connection) => {
        for (const statement of writeRows(duckdbDialect, table, rows)) await connection.run(statement);
      });
    },

    async load(batch, signal) {
      signal.throwIfAborted();
      return writing(async (connection) => loadOnce(connection, staging, batch, signal), signal);
    },

    async check() {
      await withDatabase(file, 'write', async () => undefined);
    },

    async query(sql) {
      return withDatabase(file, 'read', (connection) => plainRows(connection, sql));
    },

    // The file does not stay open between operations.
    async close() {},
  };
}

/** A file of an older version lacks some tables or columns. */
async function hasAllTables(connection: DuckDBConnection): Promise<boolean> {
  const found = await plainRows(
    connection,
    `SELECT table_name || '.' || column_name AS path FROM duckdb_columns()
     WHERE database_name = current_database() AND schema_name = 'main'`,
  );
  return isComplete(new Set(found.map(({ path }) => String(path))));
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

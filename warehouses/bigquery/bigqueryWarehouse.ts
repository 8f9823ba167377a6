import { randomUUID } from 'node:crypto';
import type { BigQuery } from '@google-cloud/bigquery';
import { TidemarkError, type ErrorKind } from '../../model/errors.js';
import type { StagingStore } from '../../staging/stagingStore.js';
import { readStagedRecords } from '../duckdb/stagedFiles.js';
import { insertClosing } from '../sql/auditRow.js';
import { compareRecords } from '../sql/comparison.js';
import { writeRows } from '../sql/operationalRows.js';
import { createReads, type RunQuery } from '../sql/reads.js';
import { createPreparation } from '../preparation.js';
import { inTurn } from '../turns.js';
import type { SchemaChange, Warehouse } from '../warehouse.js';
import { openBigquery, type BigqueryConfig } from './connection.js';
import { bigqueryError, isIncomplete } from './errors.js';
import { findLoad, loadBatch } from './load.js';
import { dialectOf, jobName } from './names.js';
import { readCosts } from './costs.js';
import { dryRun, runQuery, runScript, type Estimate } from './queries.js';
import { ensureTables } from './schema.js';
import { assertNotLoaded, inTransaction, scriptOf } from './script.js';

export interface BigqueryWarehouse extends Warehouse {
  /** What a statement would read, without running it. */
  estimate(sql: string): Promise<Estimate>;
}

/** Some 800 bytes each; BigQuery takes 1 MB of SQL. */
const rowsPerScript = 500;

/** For operations that nothing cancels. */
const never = new AbortController().signal;

/**
 * Two datasets of BigQuery as the warehouse: one for the tables, one for staged tables while a batch is loaded.
 * Loads of one process take turns; those of several run beside each other and BigQuery decides which must wait.
 */
export function createBigqueryWarehouse(
  config: BigqueryConfig,
  staging: StagingStore,
  environment: NodeJS.ProcessEnv = process.env,
): BigqueryWarehouse {
  const location = `${config.project}.${config.dataset}`;
  const dialect = dialectOf(config);
  let opened: Promise<BigQuery> | undefined;

  /** Runs work with the client; what goes wrong is told in the terms of the taxonomy. */
  const withClient = async <T>(
    doing: string,
    signal: AbortSignal,
    work: (bigquery: BigQuery) => Promise<T>,
    refused?: ErrorKind,
  ): Promise<T> => {
    try {
      return await work(await (opened ??= openBigquery(config, environment)));
    } catch (error) {
      signal.throwIfAborted();
      throw bigqueryError(config, doing, error, refused);
    }
  };

  const ensureSchema = async (): Promise<SchemaChange[]> =>
    inTurn(`schema of bigquery ${location}`, async () =>
      withClient(`Making the tables of ${location}`, never, async (bigquery) =>
        ensureTables(bigquery, config, never),
      ),
    );

  const withTables = createPreparation(ensureSchema, isIncomplete);

  const run: RunQuery = async (sql) =>
    withTables(async () =>
      withClient(`Reading ${location}`, never, async (bigquery) => runQuery(bigquery, config, sql, never)),
    );

  const estimate = async (sql: string) =>
    withClient(
      `A query of ${location}`,
      never,
      async (bigquery) => dryRun(bigquery, config, sql, never),
      'InvalidRequest',
    );

  return {
    kind: 'bigquery',
    // Loads take turns; reads need not wait for them.
    concurrency: 4,
    location,

    ensureSchema,
    estimate,

    ...createReads(dialect, run),

    readCosts: async (connection, stream) =>
      readCosts(dialect, async (sql) => (await estimate(sql)).bytes, connection, stream),

    async compare(table, connection, staged, signal) {
      const rows = await readStagedRecords(staging, table, staged, signal);
      return compareRecords(dialect, run, table, connection, rows);
    },

    async closeWindow(closing) {
      return withTables(async () =>
        withClient(`Closing a window in ${location}`, never, async (bigquery) => {
          if ((await findLoad(bigquery, config, closing.afterBatchId, never)) === undefined) return false;
          if ((await findLoad(bigquery, config, closing.batchId, never)) !== undefined) return true;
          const statements = [
            assertNotLoaded(dialect, closing.batchId),
            ...inTransaction([insertClosing(dialect, closing, new Date().toISOString())]),
          ];
          const name = jobName(config, 'close', closing.batchId);
          await runScript(bigquery, config, name, scriptOf(statements), never);
          return true;
        }),
      );
    },

    async record(table, rows) {
      if (rows.length === 0) return;
      await withTables(async () =>
        inTurn(`${table} of bigquery ${location}`, async () =>
          withClient(`Writing ${table} of ${location}`, never, async (bigquery) => {
            for (let next = 0; next < rows.length; next += rowsPerScript) {
              const statements = writeRows(dialect, table, rows.slice(next, next + rowsPerScript));
              const name = jobName(config, 'record', randomUUID());
              await runScript(bigquery, config, name, scriptOf(inTransaction(statements)), never);
            }
          }),
        ),
      );
    },

    async load(batch, signal) {
      signal.throwIfAborted();
      return withTables(async () =>
        inTurn(`loads of bigquery ${location}`, async () =>
          withClient(`Loading batch ${batch.batchId} into ${location}`, signal, async (bigquery) =>
            loadBatch(bigquery, config, staging, batch, signal),
          ),
        ),
      );
    },

    async check() {
      await ensureSchema();
      // Analysing a change takes the permission to make it.
      await estimate(`DELETE FROM ${dialect.table('load_audit')} WHERE FALSE`);
    },

    async query(sql) {
      const { statementType } = await estimate(sql);
      if (statementType !== 'SELECT') {
        throw new TidemarkError(
          'InvalidRequest',
          `A query must be a SELECT, but this is ${statementType || 'unknown'}.`,
          {
            remedy: 'Only loads change the warehouse.',
          },
        );
      }
      return withClient(
        `A query of ${location}`,
        never,
        async (bigquery) => runQuery(bigquery, config, sql, never),
        'InvalidRequest',
      );
    },

    // Requests leave nothing open.
    async close() {},
  };
}

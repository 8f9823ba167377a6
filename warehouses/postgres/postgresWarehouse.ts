import type { StagingStore } from '../../staging/stagingStore.js';
import { readStagedRecords } from '../duckdb/stagedFiles.js';
import { insertClosing } from '../sql/auditRow.js';
import { compareRecords } from '../sql/comparison.js';
import { writeRows } from '../sql/operationalRows.js';
import { createReads, type RunQuery } from '../sql/reads.js';
import { createPreparation } from '../preparation.js';
import type { Warehouse } from '../warehouse.js';
import { isIncomplete } from './errors.js';
import { earlierLoad, loadBatch } from './loadBatch.js';
import { checkServer, ensureTables, stateOfTables } from './schema.js';
import { createServer, type ServerSettings } from './server.js';
import { inTransaction, takeTurn } from './session.js';

/** A schema of a PostgreSQL database as the warehouse; tables of evaluations are partitioned by month. */
export function createPostgresWarehouse(settings: ServerSettings, staging: StagingStore): Warehouse {
  const server = createServer(settings);
  const { dialect } = server;
  const ensureSchema = () => ensureTables(server, new Date().toISOString());

  const withTables = createPreparation(ensureSchema, isIncomplete);

  /** Reads with all tables in place; nothing while nothing was ever loaded. */
  const run: RunQuery = async (sql) => {
    const read = () =>
      inTransaction(server, 'read', async (session) => {
        const state = await stateOfTables(session, server);
        if (state === 'none') return [];
        return state === 'complete' ? session.run(sql) : undefined;
      });
    const rows = await read();
    if (rows !== undefined) return rows;
    // Made by an older version, which lacks some tables or columns.
    await ensureSchema();
    return (await read()) ?? [];
  };

  return {
    kind: 'postgres',
    // Loads take turns; reads need not wait for them.
    concurrency: 4,
    location: server.location,

    ensureSchema,

    ...createReads(dialect, run),

    async compare(table, connectionName, staged, signal) {
      const rows = await readStagedRecords(staging, table, staged, signal);
      return compareRecords(dialect, run, table, connectionName, rows);
    },

    async closeWindow(closing) {
      return withTables(() =>
        inTransaction(server, 'write', async (session) => {
          await takeTurn(session, server, 'load');
          if ((await earlierLoad(session, server, closing.afterBatchId)) === undefined) return false;
          if ((await earlierLoad(session, server, closing.batchId)) !== undefined) return true;
          await session.run(insertClosing(dialect, closing, new Date().toISOString()));
          return true;
        }),
      );
    },

    async record(table, rows) {
      if (rows.length === 0) return;
      await withTables(() =>
        inTransaction(server, 'write', async (session) => {
          await takeTurn(session, server, table);
          for (const statement of writeRows(dialect, table, rows)) await session.run(statement);
        }),
      );
    },

    async load(batch, signal) {
      signal.throwIfAborted();
      return withTables(() => loadBatch(server, staging, batch, signal));
    },

    async check() {
      await inTransaction(server, 'read', (session) => checkServer(session, server));
      await ensureSchema();
    },

    query: (sql) => inTransaction(server, 'read', ({ run: ask }) => ask(sql)),

    async close() {
      await server.pool.end();
    },
  };
}

/** Keeps the views for analysts in the file in step with their definitions. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { duckdbDialect } from '../sql/dialects/duckdb.js';
import { missingViews } from '../sql/views/createViews.js';
import { inTransaction } from './transaction.js';

/** With all tables in place; writes only when there is something to do, because it mostly finds nothing. */
export async function ensureViews(connection: DuckDBConnection): Promise<void> {
  const found = await connection.runAndReadAll(
    `SELECT view_name, comment FROM duckdb_views()
     WHERE database_name = current_database() AND schema_name = 'main' AND NOT internal`,
  );
  const statements = missingViews(duckdbDialect, new Map(found.getRows() as [string, string | null][]));
  if (statements.length === 0) return;
  await inTransaction(connection, async () => {
    await connection.run(statements.join(';\n'));
  });
}

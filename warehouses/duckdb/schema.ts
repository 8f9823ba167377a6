/** Makes the tables of the registry in the file and keeps them in step with it, by adding only. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { duckdbDialect } from '../sql/dialects/duckdb.js';
import { writeRows } from '../sql/operationalRows.js';
import { changeRows, planSchema, schemaStatements, type HeldTable } from '../sql/schemaPlan.js';
import type { SchemaChange } from '../warehouse.js';
import { inTransaction } from './transaction.js';

/** Throws InvalidConfig when a column of the file has another type than the registry. */
export async function ensureTables(connection: DuckDBConnection, changedAt: string): Promise<SchemaChange[]> {
  const plan = planSchema(
    duckdbDialect,
    await readCatalog(connection),
    'Rename or drop that column or table in the file, or load into a new file.',
  );
  // No PRIMARY KEY: its index must fit in memory; every merge checks uniqueness instead.
  const statements = schemaStatements(duckdbDialect, plan);
  if (statements.length === 0) return [];

  await inTransaction(connection, async () => {
    await connection.run(statements.join(';\n'));
    for (const statement of writeRows(duckdbDialect, 'schema_changes', changeRows(plan.changes, changedAt))) {
      await connection.run(statement);
    }
  });
  return plan.changes.map(({ table, column, change }) => ({ table, column, change }));
}

/** One query, because every process asks this before its first load and mostly finds nothing to do. */
async function readCatalog(connection: DuckDBConnection): Promise<Map<string, HeldTable>> {
  const result = await connection.runAndReadAll(
    `SELECT table_name, NULL AS column_name, NULL AS data_type, comment FROM duckdb_tables()
     WHERE database_name = current_database() AND schema_name = 'main' AND NOT internal
     UNION ALL
     SELECT table_name, column_name, data_type, comment FROM duckdb_columns()
     WHERE database_name = current_database() AND schema_name = 'main' AND NOT internal
     ORDER BY column_name NULLS FIRST`,
  );
  const held = new Map<string, HeldTable>();
  for (const [table, column, type, comment] of result.getRows() as [
    string,
    string | null,
    string,
    string | null,
  ][]) {
    if (column === null) held.set(table, { comment, columns: new Map() });
    else held.get(table)?.columns.set(column, { type, comment });
  }
  return held;
}

/** Makes the tables of the registry in the file and keeps them in step with it, by adding only. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Column, Table } from '../../model/column.js';
import { TidemarkError } from '../../model/errors.js';
import { tableNames, tables, type TableName } from '../../model/tables.js';
import { duckdbDialect } from '../sql/dialects/duckdb.js';
import { identifier, literal } from '../sql/quoting.js';
import type { SchemaChange } from '../warehouse.js';
import { inTransaction } from './transaction.js';

interface HeldTable {
  comment: string | null;
  columns: Map<string, { type: string; comment: string | null }>;
}

interface Plan {
  changes: (SchemaChange & { type: string | null })[];
  statements: string[];
}

/** Throws InvalidConfig when a column of the file has another type than the registry. */
export async function ensureTables(connection: DuckDBConnection, changedAt: string): Promise<SchemaChange[]> {
  const held = await readCatalog(connection);
  const plan: Plan = { changes: [], statements: [] };
  for (const name of tableNames) planTable(plan, name, held.get(name));
  if (plan.statements.length === 0) return [];

  await inTransaction(connection, async () => {
    await connection.run(plan.statements.join(';\n'));
    for (const { table, column, change, type } of plan.changes) {
      await connection.run(
        `INSERT INTO schema_changes (table_name, column_name, change, column_type, changed_at)
         VALUES ($1, $2, $3, $4, CAST($5 AS TIMESTAMPTZ))`,
        [table, column, change, type, changedAt],
      );
    }
  });
  return plan.changes.map(({ table, column, change }) => ({ table, column, change }));
}

/** One query, because this runs before every load and mostly finds nothing to do. */
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

function planTable(plan: Plan, name: TableName, held: HeldTable | undefined): void {
  const table: Table = tables[name];
  if (held === undefined) {
    // No PRIMARY KEY: its index must fit in memory; every merge checks uniqueness instead.
    plan.statements.push(`CREATE TABLE ${identifier(name)} (${table.columns.map(definition).join(', ')})`);
    plan.changes.push({ table: name, column: null, change: 'create_table', type: null });
  }
  if (held?.comment !== table.grain) {
    plan.statements.push(`COMMENT ON TABLE ${identifier(name)} IS ${literal(table.grain)}`);
  }
  for (const column of table.columns) {
    const heldColumn = held?.columns.get(column.name);
    const type = duckdbDialect.types[column.type];
    const path = `${identifier(name)}.${identifier(column.name)}`;
    if (held !== undefined && heldColumn === undefined) {
      // Nullable whatever the registry says: rows loaded before have no value.
      plan.statements.push(`ALTER TABLE ${identifier(name)} ADD COLUMN ${identifier(column.name)} ${type}`);
      plan.changes.push({ table: name, column: column.name, change: 'add_column', type });
    }
    if (heldColumn !== undefined && heldColumn.type !== type) {
      throw new TidemarkError(
        'InvalidConfig',
        `Column ${name}.${column.name} of the warehouse is ${heldColumn.type}, but ${type} is to be loaded into it.`,
        { remedy: 'Rename or drop that column or table in the file, or load into a new file.' },
      );
    }
    if (heldColumn?.comment !== column.description) {
      plan.statements.push(`COMMENT ON COLUMN ${path} IS ${literal(column.description)}`);
    }
  }
}

function definition({ name, type, nullable }: Column): string {
  return `${identifier(name)} ${duckdbDialect.types[type]}${nullable ? '' : ' NOT NULL'}`;
}

/** The rows: an in-memory DuckDB in which a dataset is a schema. */
import { DuckDBInstance, type DuckDBConnection, type DuckDBValue } from '@duckdb/node-api';
import type { TableName } from './catalog.js';
import { describedType, fieldOf, storedType, type TableField } from './fields.js';
import { quoted, storedName } from './quoting.js';
import { canonicalJsonFunction } from './sql/canonicalJson.js';
import { macros } from './sql/macros.js';

/** Rows with the fields they have. */
export interface Rows {
  fields: TableField[];
  rows: DuckDBValue[][];
}

export async function openStorage(): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    threads: '1',
    memory_limit: '1GB',
    // NULLs are the smallest values there.
    default_null_order: 'nulls_first_on_asc_last_on_desc',
  });
  const connection = await connect(instance);
  connection.registerScalarFunction(canonicalJsonFunction());
  for (const macro of macros) await connection.run(macro);
  connection.closeSync();
  return instance;
}

export async function connect(instance: DuckDBInstance): Promise<DuckDBConnection> {
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  return connection;
}

export async function readRows(connection: DuckDBConnection, sql: string): Promise<Rows> {
  const result = await connection.runAndReadAll(sql);
  const types = result.columnTypes();
  return {
    fields: result
      .columnNames()
      .map((name, index) => fieldOf(name, describedType(types[index] as (typeof types)[0]))),
    rows: result.getRows(),
  };
}

/** The fields that a query would answer with; binds it, and runs nothing. */
export async function describeQuery(connection: DuckDBConnection, sql: string): Promise<TableField[]> {
  const described = await connection.runAndReadAll(`DESCRIBE ${sql}`);
  return described
    .getRowObjects()
    .map((row) => fieldOf(String(row['column_name']), String(row['column_type'])));
}

export const columnDefinition = (field: TableField) =>
  `${quoted(field.name)} ${storedType(field)}${field.mode === 'REQUIRED' ? ' NOT NULL' : ''}`;

export const createTable = (name: TableName, fields: readonly TableField[]) =>
  `CREATE OR REPLACE TABLE ${storedName(name)} (${fields.map(columnDefinition).join(', ')})`;

/** The statements that take a table from one schema to a wider one. */
export function widenTable(
  name: TableName,
  held: readonly TableField[],
  wanted: readonly TableField[],
): string[] {
  return wanted.flatMap((field) => {
    const before = held.find((other) => other.name.toLowerCase() === field.name.toLowerCase());
    if (before === undefined)
      return [`ALTER TABLE ${storedName(name)} ADD COLUMN ${quoted(field.name)} ${storedType(field)}`];
    if (before.mode === 'REQUIRED' && field.mode === 'NULLABLE') {
      return [`ALTER TABLE ${storedName(name)} ALTER COLUMN ${quoted(field.name)} DROP NOT NULL`];
    }
    return [];
  });
}

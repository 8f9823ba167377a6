/** Rows that say what runs did. */
import { tables, type OperationalTableName, type Row } from '../../model/tables.js';
import { literalOf, type Dialect } from './dialect.js';

/** A statement with more rows than this would be longer than the strictest warehouse takes (1 MB). */
const rowsPerStatement = 200;

/** Writes rows, in one transaction of the caller's; a row with the key of an earlier one takes its place. */
export function writeRows<N extends OperationalTableName>(
  dialect: Dialect,
  table: N,
  rows: readonly Row<N>[],
): string[] {
  const { key, columns } = tables[table];
  const { identifier } = dialect;
  const types = new Map(columns.map((column) => [column.name as string, column.type]));
  const literal = (row: Row<N>, name: string) =>
    literalOf(dialect, types.get(name) ?? 'string', (row as Readonly<Record<string, unknown>>)[name]);
  const statements: string[] = [];
  for (let next = 0; next < rows.length; next += rowsPerStatement) {
    const some = lastOfEachKey(rows.slice(next, next + rowsPerStatement), key);
    const keys = some.map(
      (row) => `(${key.map((name) => equals(identifier(name), literal(row, name))).join(' AND ')})`,
    );
    const values = some.map(
      (row) =>
        `(${columns.map(({ name, type }) => `CAST(${literal(row, name)} AS ${dialect.types[type]})`).join(', ')})`,
    );
    statements.push(
      `DELETE FROM ${dialect.table(table)} WHERE ${keys.join(' OR ')}`,
      `INSERT INTO ${dialect.table(table)} (${columns.map(({ name }) => identifier(name)).join(', ')})
       VALUES ${values.join(', ')}`,
    );
  }
  return statements;
}

/** Nothing is equal to NULL, and GoogleSQL refuses the question. */
const equals = (column: string, literal: string) =>
  literal === 'NULL' ? `${column} IS NULL` : `${column} = ${literal}`;

function lastOfEachKey<R extends object>(rows: readonly R[], key: readonly string[]): R[] {
  const valueOf = (row: R) =>
    JSON.stringify(key.map((name) => (row as Readonly<Record<string, unknown>>)[name]));
  return [...new Map(rows.map((row) => [valueOf(row), row])).values()];
}

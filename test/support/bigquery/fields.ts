/** Column types: as the REST API names them, as GoogleSQL names them, and as DuckDB stores them. */
import type { DuckDBType } from '@duckdb/node-api';
import { invalid, invalidQuery } from './errors.js';

export interface TableField {
  name: string;
  /** The name that the REST API answers with, e.g. INTEGER for INT64. */
  type: FieldType;
  mode: 'NULLABLE' | 'REQUIRED' | 'REPEATED';
  description?: string;
}

const types = {
  STRING: { sql: 'STRING', stored: 'VARCHAR' },
  INTEGER: { sql: 'INT64', stored: 'BIGINT' },
  FLOAT: { sql: 'FLOAT64', stored: 'DOUBLE' },
  BOOLEAN: { sql: 'BOOL', stored: 'BOOLEAN' },
  TIMESTAMP: { sql: 'TIMESTAMP', stored: 'TIMESTAMP WITH TIME ZONE' },
  DATE: { sql: 'DATE', stored: 'DATE' },
  DATETIME: { sql: 'DATETIME', stored: 'TIMESTAMP' },
  JSON: { sql: 'JSON', stored: 'JSON' },
  NUMERIC: { sql: 'NUMERIC', stored: 'DECIMAL(38,9)' },
  BYTES: { sql: 'BYTES', stored: 'BLOB' },
} as const;

export type FieldType = keyof typeof types;

const byAnyName = new Map<string, FieldType>([
  ...(Object.entries(types) as [FieldType, { sql: string }][]).flatMap(
    ([name, { sql }]): [string, FieldType][] => [
      [name, name],
      [sql, name],
    ],
  ),
  ['BOOLEAN', 'BOOLEAN'],
  ['INT', 'INTEGER'],
  ['BIGINT', 'INTEGER'],
  ['DECIMAL', 'NUMERIC'],
]);

/** The type that a schema or a statement names; throws when the service has no such type, or this server does not. */
export function fieldType(name: string): FieldType {
  const type = byAnyName.get(name.toUpperCase());
  if (type === undefined) throw invalid(`Invalid value for type: ${name} is not a valid value`);
  return type;
}

/** Field definition of DuckDB, without the constraint. */
export const storedType = ({ type, mode }: Pick<TableField, 'type' | 'mode'>) =>
  types[type].stored + (mode === 'REPEATED' ? '[]' : '');

export const sqlType = ({ type, mode }: Pick<TableField, 'type' | 'mode'>) =>
  mode === 'REPEATED' ? `ARRAY<${types[type].sql}>` : types[type].sql;

const fromStored: [RegExp, FieldType][] = [
  [/^JSON$/, 'JSON'],
  [/^(VARCHAR|UUID)$/, 'STRING'],
  [/^U?(BIGINT|HUGEINT|INTEGER|SMALLINT|TINYINT)$|^"NULL"$|^SQLNULL$/, 'INTEGER'],
  [/^(DOUBLE|FLOAT)$/, 'FLOAT'],
  [/^BOOLEAN$/, 'BOOLEAN'],
  [/^TIMESTAMP WITH TIME ZONE$/, 'TIMESTAMP'],
  [/^TIMESTAMP$/, 'DATETIME'],
  [/^DATE$/, 'DATE'],
  [/^DECIMAL/, 'NUMERIC'],
  [/^BLOB$/, 'BYTES'],
];

/** The field that holds what DuckDB describes as `described`, e.g. `BIGINT` or `VARCHAR[]`. */
export function fieldOf(name: string, described: string): TableField {
  const repeated = described.endsWith('[]');
  const element = repeated ? described.slice(0, -2) : described;
  const type = fromStored.find(([pattern]) => pattern.test(element))?.[1];
  if (type === undefined)
    throw invalidQuery(`Column ${name} has type ${described}, which this server does not return`);
  return { name, type, mode: repeated ? 'REPEATED' : 'NULLABLE' };
}

/** How DESCRIBE names the type of a result's column. */
export const describedType = (type: DuckDBType) => type.alias ?? String(type);

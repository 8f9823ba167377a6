/** The tables of a manifest inside an engine: as views to read, or as real tables to change. */
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { identifier } from '../../model/sqlText.js';
import { tables, type TableName } from '../../model/tables.js';
import { duckdbDialect } from '../sql/dialects/duckdb.js';
import { formats, longestOf } from './formats.js';
import { columnsOf, filesOf, type Manifest, type ManifestColumn, type ManifestFile } from './manifest.js';

export interface Current {
  readonly directory: string;
  readonly manifest: Manifest;
}

/** Makes a view of each table; nothing is read before somebody asks. */
export async function openViews(
  connection: DuckDBConnection,
  current: Current,
  names: readonly TableName[],
): Promise<void> {
  const statements = names.map(
    (name) =>
      `CREATE VIEW ${identifier(name)} AS ${selectFiles(current, name, filesOf(current.manifest, name))}`,
  );
  if (statements.length > 0) await connection.run(statements.join(';\n'));
}

/** Puts a real table in the place of a view, with the rows of these partitions. */
export async function materialise(
  connection: DuckDBConnection,
  current: Current,
  name: TableName,
  partitions: ReadonlySet<string> | 'all' = 'all',
): Promise<void> {
  const table = identifier(name);
  const columns = columnsOf(current.manifest, name);
  await connection.run(
    `DROP VIEW IF EXISTS ${table}; CREATE TABLE ${table} (${columns.map(definition).join(', ')})`,
  );
  const files = filesOf(current.manifest, name).filter(
    ({ partition }) => partitions === 'all' || (partition !== null && partitions.has(partition)),
  );
  if (files.length === 0) return;
  await connection.run(`INSERT INTO ${table} BY NAME ${selectFiles(current, name, files)}`);
}

/** The rows of the files with every column of the table: NULL where a file is older than the column. */
function selectFiles(
  { directory, manifest }: Current,
  name: TableName,
  files: readonly ManifestFile[],
): string {
  const columns = columnsOf(manifest, name);
  const shape = `SELECT ${columns.map(emptyColumn).join(', ')} WHERE false`;
  if (files.length === 0) return shape;
  const paths = files.map(({ path }) => join(directory, path));
  const partitionBy = partitionOf(name);
  const rows = formats[manifest.format].read(paths, columns, { partitionBy, longestLine: longestOf(files) });
  return `${shape} UNION ALL BY NAME SELECT * FROM ${rows}`;
}

export function partitionOf(name: TableName): string | null {
  const table = tables[name];
  return 'partitionBy' in table ? table.partitionBy : null;
}

const definition = ({ name, type, nullable }: ManifestColumn) =>
  `${identifier(name)} ${duckdbDialect.types[type]}${nullable ? '' : ' NOT NULL'}`;

const emptyColumn = ({ name, type }: ManifestColumn) =>
  `NULL::${duckdbDialect.types[type]} AS ${identifier(name)}`;

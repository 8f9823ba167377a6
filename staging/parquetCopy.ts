/** CSV to Parquet by an embedded DuckDB: no row passes through JavaScript objects again. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Column, ColumnType } from '../model/column.js';
import { withMemoryDatabase } from './memoryDatabase.js';
import { csvOptions } from './rowEncoder.js';

/** Types of the columns in staged files; JSON stays text because not every warehouse reads JSON from Parquet. */
export const parquetTypes = {
  string: 'VARCHAR',
  integer: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP WITH TIME ZONE',
  date: 'DATE',
  json: 'VARCHAR',
} as const satisfies Record<ColumnType, string>;

export interface RowFile {
  table: string;
  columns: readonly Column[];
  path: string;
  rows: number;
  bytes: number;
  /** In UTF-16 code units. */
  longestLine: number;
}

/** Runs work on a DuckDB in memory that spills into the directory. */
export async function withEngine<T>(
  directory: string,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  return withMemoryDatabase(
    { memoryLimit: '256MB', threads: 1, settings: { temp_directory: directory } },
    work,
  );
}

/** Writes one Parquet file (zstd) with the rows in the order of the lines. */
export async function copyToParquet(
  connection: DuckDBConnection,
  source: RowFile,
  target: string,
): Promise<void> {
  const { table, columns } = source;
  const types = columns.map(({ name, type }) => `${identifier(name)}: '${parquetTypes[type]}'`);
  const { rowsChanged } = await connection.run(
    `COPY (SELECT * FROM read_csv(${literal(source.path)}, ${csvOptions}, columns = {${types.join(', ')}},
         ${bufferSizes(source)}))
     TO ${literal(target)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rowGroupSize(source)})`,
  );
  if (rowsChanged !== source.rows)
    throw new Error(`${table}: ${source.rows} rows were staged, but ${rowsChanged} are in its Parquet file.`);
}

/** A line must fit into a buffer; DuckDB keeps a few, so they follow the data instead of the longest text imaginable. */
function bufferSizes({ longestLine }: RowFile): string {
  const longestBytes = 3 * longestLine + 1024;
  return `max_line_size = ${longestBytes}, buffer_size = ${Math.max(4 * 2 ** 20, 2 * longestBytes)}`;
}

/** About 16 MB of rows a group: a group is held in memory while it is written. */
function rowGroupSize({ rows, bytes }: RowFile): number {
  const averageBytes = Math.max(1, bytes / Math.max(1, rows));
  return Math.min(122_880, Math.max(2_048, Math.floor((16 * 2 ** 20) / averageBytes)));
}

const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

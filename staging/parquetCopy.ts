/** CSV to Parquet by an embedded DuckDB: no row passes through JavaScript objects again. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Column, ColumnType } from '../model/column.js';
import { identifier, literal } from '../model/sqlText.js';
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

/**
 * DuckDB works on up to 2,048 rows at once and copies them several times, which of wide rows are tens of megabytes. It
 * takes fewer only at the end of a file or of a row group, so neither has more bytes of wide rows than this or little more.
 */
export const pieceBytes = 4 * 2 ** 20;
const rowsAtOnce = 2_048;

/** The rows of one table as CSV. */
export interface RowFiles {
  table: string;
  columns: readonly Column[];
  /** In the order of the rows. */
  paths: string[];
  rows: number;
  bytes: number;
  /** In bytes. */
  longestLine: number;
}

/** Runs work on a DuckDB in memory that spills into the directory. */
export async function withEngine<T>(
  directory: string,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  return withMemoryDatabase({ memoryLimit: '256MB', threads: 1, spillDirectory: directory }, work);
}

/** Writes one Parquet file (zstd) with the rows in the order of the files and their lines. */
export async function copyToParquet(
  connection: DuckDBConnection,
  source: RowFiles,
  target: string,
): Promise<void> {
  const { table, columns } = source;
  const types = columns.map(({ name, type }) => `${identifier(name)}: '${parquetTypes[type]}'`);
  const { rowsChanged } = await connection.run(
    `COPY (SELECT * FROM read_csv([${source.paths.map(literal).join(', ')}], ${csvOptions}, hive_partitioning = false,
         columns = {${types.join(', ')}},
         ${bufferSizes(source)}))
     TO ${literal(target)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rowGroupSize(source)})`,
  );
  if (rowsChanged !== source.rows)
    throw new Error(`${table}: ${source.rows} rows were staged, but ${rowsChanged} are in its Parquet file.`);
}

/** A line must fit into a buffer; DuckDB keeps a few, so they follow the data instead of the longest text imaginable. */
function bufferSizes({ longestLine }: RowFiles): string {
  const lineSize = longestLine + 1024;
  return `max_line_size = ${lineSize}, buffer_size = ${Math.max(pieceBytes, 2 * lineSize)}`;
}

/** A group is held in memory while it is written: about 16 MB, or the piece of wide rows that fills it at least half. */
function rowGroupSize({ rows, bytes }: RowFiles): number {
  const averageBytes = Math.max(1, bytes / Math.max(1, rows));
  const isWide = averageBytes * rowsAtOnce > pieceBytes;
  const groupBytes = isWide ? pieceBytes / 2 : 4 * pieceBytes;
  return Math.min(60 * rowsAtOnce, Math.max(1, Math.floor(groupBytes / averageBytes)));
}

/** The two formats that a directory can hold, as DuckDB reads and writes them. */
import { identifier, literal } from '../../model/sqlText.js';
import { duckdbDialect } from '../sql/dialects/duckdb.js';
import { parquetRows } from '../sql/parquetRows.js';
import type { ManifestColumn, ManifestFile } from './manifest.js';

export type FileFormatName = 'parquet' | 'ndjson';

/** What a partition of one table is called and holds. */
export interface Partitioning {
  /** The partition column; null where the table has none. */
  partitionBy: string | null;
}

export interface FileFormat {
  readonly name: FileFormatName;
  /** Ending of its files, with the dot. */
  readonly ending: string;
  /** A relation with the rows of the files; columns that a file lacks are NULL or missing. */
  read(paths: readonly string[], columns: readonly ManifestColumn[], shape: FileShape): string;
  /** A statement that writes the rows of a relation. */
  write(relation: string, columns: readonly ManifestColumn[], shape: Partitioning, path: string): string;
  /** A query for the bytes of the longest line of the same rows, as `longest`; undefined where rows are no lines. */
  longestLine(relation: string, columns: readonly ManifestColumn[]): string | undefined;
}

export interface FileShape extends Partitioning {
  longestLine: number;
}

/** About what one group of rows may take in memory while it is written. */
const rowGroupBytes = '16MB';

/**
 * The partition column is in the folder's name alone: as Hive has it, and because pandas and Arrow refuse a column
 * that is in both with two types.
 */
const parquet: FileFormat = {
  name: 'parquet',
  ending: '.parquet',
  read: (paths, _columns, { partitionBy }) => parquetRows(`[${paths.map(literal).join(', ')}]`, partitionBy),
  write: (relation, columns, { partitionBy }, path) => {
    const written = columns.filter(({ name }) => name !== partitionBy).map(({ name }) => identifier(name));
    return `COPY (SELECT ${written.join(', ')} FROM ${relation}) TO ${literal(path)}
      (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE_BYTES '${rowGroupBytes}')`;
  },
  longestLine: () => undefined,
};

/** DuckDB's own default, in bytes: enough unless a longer line was written. */
const usualObjectBytes = 2 ** 24;

/** Every column is in the line, because those who read lines have nothing else. */
const ndjson: FileFormat = {
  name: 'ndjson',
  ending: '.ndjson.gz',
  read: (paths, columns, { longestLine }) => {
    const types = columns.map(({ name, type }) => `${identifier(name)}: '${duckdbDialect.types[type]}'`);
    return `read_json([${paths.map(literal).join(', ')}], format = 'newline_delimited', auto_detect = false,
      hive_partitioning = false, compression = 'gzip', columns = {${types.join(', ')}},
      maximum_object_size = ${Math.max(usualObjectBytes, longestLine + 1024)})`;
  },
  write: (relation, columns, _shape, path) =>
    `COPY (SELECT ${columns.map(lineValue).join(', ')} FROM ${relation}) TO ${literal(path)}
      (FORMAT json, ARRAY false, COMPRESSION gzip)`,
  longestLine: (relation, columns) =>
    `SELECT max(strlen(to_json(R)::VARCHAR)) AS longest
     FROM (SELECT ${columns.map(lineValue).join(', ')} FROM ${relation}) R`,
};

export const formats: Readonly<Record<FileFormatName, FileFormat>> = { parquet, ndjson };

/** The longest line of several files, in bytes. */
export const longestOf = (files: readonly ManifestFile[]) =>
  files.reduce((longest, file) => Math.max(longest, file.longestLine), 0);

/** JSON columns become JSON values of the line; moments are written as ISO 8601 in UTC with microseconds. */
function lineValue({ name, type }: ManifestColumn): string {
  const column = identifier(name);
  return type === 'timestamp' ? `strftime(${column}, '%Y-%m-%dT%H:%M:%S.%fZ') AS ${column}` : column;
}

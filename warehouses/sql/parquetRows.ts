/** Rows of Parquet files as DuckDB reads them. */
import { identifier, literal } from '../../model/sqlText.js';

/**
 * A relation with the rows of files, and the month that the last of their folders is named after. DuckDB itself would
 * take every folder of the path for a column, also those above the directory, which say nothing of the rows. What asks
 * for months reads their files only.
 *
 * @param files a literal of DuckDB: a path, a pattern, or a list of them
 * @param partitionBy column that is in the folder's name alone; null where there is none
 */
export function parquetRows(files: string, partitionBy: string | null): string {
  const read = (options = '') =>
    `read_parquet(${files}, union_by_name = true, hive_partitioning = false${options})`;
  if (partitionBy === null) return read();
  const folder = literal(`.*[/\\\\]${partitionBy}=([^/\\\\]+)`);
  return `(SELECT * EXCLUDE (filename), CAST(regexp_extract(filename, ${folder}, 1) AS DATE) AS ${identifier(partitionBy)}
  FROM ${read(', filename = true')})`;
}

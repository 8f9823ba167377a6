/** What Parquet files say of themselves at their end: it is read at once, where counting would read every value. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { literal } from '../../model/sqlText.js';
import { plainRows } from './plainValues.js';

export interface Footer {
  rows: number;
  columns: Map<string, FooterColumn>;
}

interface FooterColumn {
  /** As DuckDB names it. */
  type: string;
  /** Rows without a value; null where the file does not say. */
  empty: number | null;
  /** In text; null where no row has a value. */
  least: string | null;
  greatest: string | null;
}

/** The footers of files by their path. */
export async function readFooters(
  connection: DuckDBConnection,
  files: readonly { path: string }[],
): Promise<Map<string, Footer>> {
  const footers = new Map<string, Footer>();
  if (files.length === 0) return footers;
  const paths = `[${files.map(({ path }) => literal(path)).join(', ')}]`;
  const columns = await plainRows(
    connection,
    `SELECT S.file_name AS path, any_value(F.num_rows) AS "rows", S.name, any_value(S.duckdb_type) AS type,
       CASE WHEN count(M.stats_null_count) = count(*) THEN sum(M.stats_null_count)::BIGINT END AS empty,
       min(M.stats_min_value) AS least, max(M.stats_max_value) AS greatest
     FROM parquet_schema(${paths}) S
     JOIN parquet_file_metadata(${paths}) F USING (file_name)
     LEFT JOIN parquet_metadata(${paths}) M ON M.file_name = S.file_name AND M.path_in_schema = S.name
     WHERE S.num_children IS NULL
     GROUP BY S.file_name, S.name`,
  );
  for (const row of columns) {
    const path = String(row['path']);
    const footer = footers.get(path) ?? { rows: Number(row['rows']), columns: new Map() };
    footers.set(path, footer);
    footer.columns.set(String(row['name']), {
      type: String(row['type']),
      empty: row['empty'] === null ? null : Number(row['empty']),
      least: row['least'] === null ? null : String(row['least']),
      greatest: row['greatest'] === null ? null : String(row['greatest']),
    });
  }
  return footers;
}

/** What a load counts as it goes: in a table that lives as long as it does. */
import type { StagedTableName } from '../../model/tables.js';
import type { LoadScript } from './loadScript.js';

/** Rows by table and what happened to them; the audit row is made of it. */
const counts = 'load_counts';

type Counted = 'staged' | 'inserted' | 'updated' | 'deleted';

export function createCounts({ dialect, staged }: LoadScript): string[] {
  const { text, textOf, types } = dialect;
  // A row of no table, so that there is a select to make the table from when nothing was staged.
  const rows = [['', 0] as const, ...staged].map(
    ([table, rowCount]) =>
      `SELECT ${textOf(text(table))} AS table_name, ${textOf(text('staged'))} AS what,
        CAST(${rowCount} AS ${types.integer}) AS row_count`,
  );
  return dialect.createTemporary(counts, rows.join(' UNION ALL '));
}

/** Counts rows of a table, where there are any. @param from what follows FROM */
export function count({ dialect }: LoadScript, table: StagedTableName, what: Counted, from: string): string {
  const { identifier, text } = dialect;
  return `INSERT INTO ${identifier(counts)} (table_name, what, row_count)
    SELECT ${text(table)}, ${text(what)}, count(*) FROM ${from} HAVING count(*) > 0`;
}

/** JSON of the rows of each table that something happened to, as SQL over the counts. */
export function countsOf({ dialect }: Pick<LoadScript, 'dialect'>, what: Counted): string {
  const { identifier, text, textOf } = dialect;
  const entry = `CONCAT('"', table_name, '":', ${textOf('row_count')})`;
  return dialect.parseJson(`(SELECT CONCAT('{', coalesce(${dialect.joined(entry)}, ''), '}') FROM (
      SELECT table_name, sum(CASE WHEN what = ${text(what)} THEN row_count ELSE 0 END) AS row_count
      FROM ${identifier(counts)} WHERE table_name <> '' GROUP BY table_name) N)`);
}

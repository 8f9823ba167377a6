/** Rows that say what runs did, and what they say together. */
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { tables, type OperationalTableName, type Row } from '../../model/tables.js';
import { identifier, list } from '../sql/quoting.js';
import type { Interval } from '../../model/interval.js';
import type { LoadedWindow } from '../warehouse.js';
import { plainRows } from './plainValues.js';

/** Inside the caller's transaction: a row with the key of an earlier one takes its place. */
export async function writeRows<N extends OperationalTableName>(
  connection: DuckDBConnection,
  table: N,
  rows: readonly Row<N>[],
): Promise<void> {
  const { key, columns } = tables[table];
  const names = columns.map(({ name }) => name);
  const match = key.map((name, index) => `${identifier(name)} = $${index + 1}`).join(' AND ');
  const places = names.map((_, index) => `$${index + 1}`).join(', ');
  const remove = await connection.prepare(`DELETE FROM ${identifier(table)} WHERE ${match}`);
  const insert = await connection.prepare(
    `INSERT INTO ${identifier(table)} (${list(names)}) VALUES (${places})`,
  );
  for (const row of rows as readonly Record<string, DuckDBValue>[]) {
    remove.bind(key.map((name) => row[name] ?? null));
    await remove.run();
    insert.bind(names.map((name) => row[name] ?? null));
    await insert.run();
  }
}

export async function readLoadedWindows(
  connection: DuckDBConnection,
  connectionName: string,
  stream: string,
): Promise<LoadedWindow[]> {
  const rows = await plainRows(
    connection,
    `SELECT window_start, window_end, min(loaded_at) AS loaded_at FROM load_audit
     WHERE connection = $1 AND stream = $2 AND closes_window
     GROUP BY window_start, window_end ORDER BY window_start, window_end`,
    [connectionName, stream],
  );
  return rows.map((row) => ({
    start: String(row['window_start']),
    end: String(row['window_end']),
    loadedAt: String(row['loaded_at']),
  }));
}

export async function readIntervalRuns(
  connection: DuckDBConnection,
  connectionName: string,
  stream: string,
  { start, end }: Interval,
): Promise<Row<'interval_runs'>[]> {
  return (await plainRows(
    connection,
    `SELECT * FROM interval_runs
     WHERE connection = $1 AND stream = $2 AND interval_start < $4::TIMESTAMPTZ AND interval_end > $3::TIMESTAMPTZ
     ORDER BY ended_at, workflow_id, run_id`,
    [connectionName, stream, start, end],
  )) as unknown as Row<'interval_runs'>[];
}

export async function readVisibility(
  connection: DuckDBConnection,
  connectionName: string,
  stream: string,
  before: string,
): Promise<Row<'visibility'>[]> {
  return (await plainRows(
    connection,
    `SELECT * FROM visibility
     WHERE connection = $1 AND stream = $2 AND audit_id = (
       SELECT audit_id FROM visibility
       WHERE connection = $1 AND stream = $2 AND audited_at < $3::TIMESTAMPTZ
       ORDER BY audited_at DESC, audit_id LIMIT 1)
     ORDER BY aspect, subject_id`,
    [connectionName, stream, before],
  )) as unknown as Row<'visibility'>[];
}

export async function readQuarantined(
  connection: DuckDBConnection,
  connectionName: string,
  stream: string,
  state: string | undefined,
): Promise<Row<'quarantined_pages'>[]> {
  const narrowed = state === undefined ? [] : [state];
  return (await plainRows(
    connection,
    `SELECT * FROM quarantined_pages
     WHERE connection = $1 AND stream = $2 ${state === undefined ? '' : 'AND state = $3'}
     ORDER BY quarantined_at, quarantine_id`,
    [connectionName, stream, ...narrowed],
  )) as unknown as Row<'quarantined_pages'>[];
}

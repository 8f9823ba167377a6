/** What was ever loaded of a stream, and how its attempts ended. */
import type { StreamRecord } from '../warehouse.js';
import type { Dialect } from './dialect.js';
import type { RunQuery } from './reads.js';

/** @param ofStream condition that picks the rows of the stream */
export async function readStreamRecord(
  { table, types }: Dialect,
  run: RunQuery,
  ofStream: string,
): Promise<StreamRecord> {
  const [totals] = await run(
    `SELECT sum(CASE WHEN closes_window THEN 1 ELSE 0 END) AS windows, count(*) AS batches,
       sum(pages) AS pages, sum(requests) AS requests, sum(redacted) AS redacted, max(loaded_at) AS last_load_at
     FROM ${table('load_audit')} WHERE ${ofStream}`,
  );
  const attempts = await run(
    `SELECT state, interval_start, interval_end, loaded_through, ended_at, message FROM (
       SELECT R.*, row_number() OVER (
         PARTITION BY CASE WHEN state = 'completed' THEN 1 ELSE 0 END ORDER BY ended_at DESC) AS position
       FROM ${table('interval_runs')} R WHERE ${ofStream}
     ) A WHERE state <> 'completed' OR position = 1 ORDER BY ended_at`,
  );
  const ofIds = (value: string) => `sum(CASE WHEN basis = 'ids' THEN ${value} ELSE 0 END)`;
  const [reconciled] = await run(
    `SELECT max(reconciled_at) AS reconciled_at,
       CAST(100 AS ${types.double}) * ${ofIds('source_count - missing')} / nullif(${ofIds('source_count')}, 0) AS coverage
     FROM ${table('reconciliations')}
     WHERE ${ofStream} AND reconciliation_id = (
       SELECT reconciliation_id FROM ${table('reconciliations')} WHERE ${ofStream}
       ORDER BY reconciled_at DESC, reconciliation_id LIMIT 1)`,
  );
  const numberOf = (name: string) => Number(totals?.[name] ?? 0);
  return {
    windows: numberOf('windows'),
    batches: numberOf('batches'),
    pages: numberOf('pages'),
    requests: numberOf('requests'),
    redacted: numberOf('redacted'),
    lastLoadAt: textOrNull(totals?.['last_load_at']),
    attempts: attempts as unknown as StreamRecord['attempts'],
    lastReconciliation: reconciliationOf(reconciled),
  };
}

function reconciliationOf(row: Record<string, unknown> | undefined): StreamRecord['lastReconciliation'] {
  const at = textOrNull(row?.['reconciled_at']);
  if (at === null) return null;
  const coverage = row?.['coverage'];
  return { at, coverage: typeof coverage === 'number' ? coverage : null };
}

const textOrNull = (value: unknown) => (typeof value === 'string' ? value : null);

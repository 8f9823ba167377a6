import { createHash } from 'node:crypto';

/** Columns that say when and how a row came, not what it says. */
const technical = new Set([
  'raw',
  'extracted_at',
  'batch_id',
  'content_hash',
  'change_stamp',
  // Display names: lists and reads by id do not both carry them, and the tables of people and queues do.
  'agent_name',
  'evaluator_name',
  'queue_name',
  'agent_team_id',
  // Known only from the list that showed the record.
  'is_automated',
]);

/** Columns of a row that count, sorted, by the columns it has: rows of one table share them. */
const countedColumns = new Map<string, readonly string[]>();

function columnsOf(row: object): readonly string[] {
  const all = Object.keys(row);
  const signature = all.join();
  let columns = countedColumns.get(signature);
  if (columns === undefined) {
    columns = all.filter((column) => !technical.has(column)).sort();
    countedColumns.set(signature, columns);
  }
  return columns;
}

/**
 * SHA-256 (hex) over what rows say: a record and its parts, whatever order their parts and columns come in.
 * Equal hashes mean that loading the record would change nothing.
 */
export function contentHash(...rows: readonly object[]): string {
  const canonical = rows.map((row) => {
    const columns = columnsOf(row);
    const values = columns.map((column) => (row as Readonly<Record<string, unknown>>)[column]);
    return JSON.stringify([columns.join(), ...values]);
  });
  return createHash('sha256').update(canonical.sort().join('\n')).digest('hex');
}

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

/**
 * SHA-256 (hex) over what rows say: a record and its parts, whatever order their parts and columns come in.
 * Equal hashes mean that loading the record would change nothing.
 */
export function contentHash(...rows: readonly object[]): string {
  const canonical = rows.map((row) =>
    JSON.stringify(
      Object.entries(row)
        .filter(([column]) => !technical.has(column))
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  );
  return createHash('sha256').update(canonical.sort().join('\n')).digest('hex');
}

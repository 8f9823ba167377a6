/** Comparing staged evaluations with those held. Reads only. */
import type { ComparedEvaluation } from '../warehouse.js';
import type { Dialect } from './dialect.js';
import type { RunQuery } from './reads.js';

/** As much of a staged evaluation as it takes; values plain, as RunQuery has them. */
export const comparedColumns = [
  'evaluation_id',
  'form_id',
  'division_ids',
  'created_at',
  'submitted_at',
  'change_stamp',
  'extracted_at',
  'content_hash',
  'total_score',
] as const;

type Compared = Readonly<Record<string, unknown>>;

/** Ids asked for at once: some 40 bytes each. */
const idsPerQuery = 10_000;

/** @param staged rows of the columns above, of one connection */
export async function compareEvaluations(
  { table, text }: Dialect,
  run: RunQuery,
  connection: string,
  staged: readonly Compared[],
): Promise<ComparedEvaluation[]> {
  const held = new Map<string, Compared>();
  for (let next = 0; next < staged.length; next += idsPerQuery) {
    const ids = staged.slice(next, next + idsPerQuery).map((row) => text(String(row['evaluation_id'])));
    const rows = await run(
      `SELECT evaluation_id, change_stamp, extracted_at, content_hash, total_score, is_deleted
       FROM ${table('evaluations')} WHERE connection = ${text(connection)} AND evaluation_id IN (${ids.join(', ')})`,
    );
    for (const row of rows) held.set(String(row['evaluation_id']), row);
  }
  return staged
    .map((row) => compared(row, held.get(String(row['evaluation_id']))))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

function compared(row: Compared, held: Compared | undefined): ComparedEvaluation {
  const verdict = verdictOf(row, held);
  return {
    id: String(row['evaluation_id']),
    formId: textOrNull(row['form_id']),
    divisionIds: JSON.parse(String(row['division_ids'])) as string[],
    createdAt: textOrNull(row['created_at']),
    submittedAt: textOrNull(row['submitted_at']),
    verdict,
    scoreDiffers:
      verdict !== 'equal' &&
      held !== undefined &&
      (row['total_score'] ?? null) !== (held['total_score'] ?? null),
  };
}

function verdictOf(row: Compared, held: Compared | undefined): ComparedEvaluation['verdict'] {
  if (held === undefined || held['is_deleted'] === true) return 'missing';
  const [changed, changedBefore] = [moment(row['change_stamp']), moment(held['change_stamp'])];
  if (changed > changedBefore) return 'stale';
  const readLater = moment(row['extracted_at']) > moment(held['extracted_at']);
  const sameChange = changed === changedBefore;
  return sameChange && readLater && row['content_hash'] !== held['content_hash'] ? 'different' : 'equal';
}

const moment = (value: unknown) => Date.parse(String(value));
const textOrNull = (value: unknown) => (typeof value === 'string' ? value : null);

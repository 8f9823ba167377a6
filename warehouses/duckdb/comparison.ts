/** Comparing staged evaluations with those held. Reads only. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { identifier } from '../sql/quoting.js';
import type { ComparedEvaluation } from '../warehouse.js';
import { plainRows } from './plainValues.js';
import { staged } from './stagedFiles.js';

/** The staged file must be open as a view. */
export async function compareEvaluations(
  connection: DuckDBConnection,
  connectionName: string,
): Promise<ComparedEvaluation[]> {
  const rows = await plainRows(
    connection,
    `SELECT S.evaluation_id, S.form_id, S.division_ids, S.created_at, S.submitted_at,
       CASE
         WHEN T.evaluation_id IS NULL OR T.is_deleted THEN 'missing'
         WHEN S.change_stamp > T.change_stamp THEN 'stale'
         WHEN S.change_stamp = T.change_stamp AND S.extracted_at > T.extracted_at
           AND S.content_hash <> T.content_hash THEN 'different'
         ELSE 'equal'
       END AS verdict,
       T.evaluation_id IS NOT NULL AND S.total_score IS DISTINCT FROM T.total_score AS score_differs
     FROM ${staged('evaluations')} S
     LEFT JOIN ${identifier('evaluations')} T
       ON T.connection = S.connection AND T.evaluation_id = S.evaluation_id
     WHERE S.connection = $1 ORDER BY S.evaluation_id`,
    [connectionName],
  );
  return rows.map((row) => ({
    id: String(row['evaluation_id']),
    formId: textOrNull(row['form_id']),
    divisionIds: JSON.parse(String(row['division_ids'])) as string[],
    createdAt: textOrNull(row['created_at']),
    submittedAt: textOrNull(row['submitted_at']),
    verdict: row['verdict'] as ComparedEvaluation['verdict'],
    scoreDiffers: row['verdict'] !== 'equal' && row['score_differs'] === true,
  }));
}

const textOrNull = (value: unknown) => (typeof value === 'string' ? value : null);

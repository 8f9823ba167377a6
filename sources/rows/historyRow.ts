import { jsonText } from '../../model/jsonText.js';
import type { Row } from '../../model/tables.js';

/** The version of an evaluation that its rows are of, answers in short. */
export function historyRow(
  row: Row<'evaluations'>,
  answers: readonly Row<'evaluation_answers'>[],
): Row<'evaluation_history'> {
  return {
    connection: row.connection,
    source_system: row.source_system,
    evaluation_id: row.evaluation_id,
    change_stamp: row.change_stamp,
    content_hash: row.content_hash,
    status: row.status,
    total_score: row.total_score,
    normalized_score: row.normalized_score,
    form_id: row.form_id,
    released_at: row.released_at,
    answers: jsonText(
      answers.map((answer) => ({
        questionId: answer.question_id,
        questionContextId: answer.question_context_id,
        answerId: answer.answer_id,
        score: answer.score,
        maxScore: answer.max_score,
        markedNa: answer.marked_na || answer.system_marked_na,
      })),
    ),
    evaluation_month: row.evaluation_month,
    extracted_at: row.extracted_at,
    batch_id: row.batch_id,
  };
}

import { isNot, type Dialect } from '../dialect.js';
import { columnsOf, computed, selectList, settled, taken, type View } from './view.js';

export const currentAnswersName = 'v_answers_current';

/** Answers with what people group and filter them by. */
export function currentAnswers(dialect: Dialect): View {
  const { table } = dialect;
  const notApplicable = 'A.marked_na OR A.system_marked_na';
  const selected = [
    ...taken('A', 'evaluation_answers', ['connection', 'source_system', 'evaluation_id', 'question_id']),
    // Of the larger table: BigQuery skips partitions only where the condition is on their own column.
    ...taken('A', 'evaluations', ['evaluation_month']),
    ...taken('E', 'evaluations', [
      ...['conversation_id', 'agent_id', 'agent_name', 'agent_team_id', 'evaluator_id'],
      ...[
        'evaluator_name',
        'is_automated',
        'queue_id',
        'queue_name',
        'form_context_id',
        'form_id',
        'form_name',
      ],
      ...[
        'form_version',
        'conversation_start',
        'submitted_at',
        'released_at',
        'total_score',
        'normalized_score',
      ],
    ]),
    ...taken('A', 'evaluation_answers', [
      ...['question_group_id', 'group_context_id', 'group_name', 'group_weight', 'question_context_id'],
      ...['question_index', 'question_text', 'question_type', 'is_critical', 'is_kill', 'answer_id'],
      ...['answer_context_id', 'answer_text', 'answer_value', 'score', 'max_score', 'marked_na'],
      ...['system_marked_na', 'failed_kill_question', 'comments'],
    ]),
    computed(
      `CASE WHEN ${notApplicable} THEN NULL ELSE 100.0 * A.score / nullif(A.max_score, 0) END`,
      'score_percent',
      'double',
      'Points reached of those possible, before weights, in percent; null when not applicable or without points.',
    ),
  ];
  return {
    name: currentAnswersName,
    description:
      'One answer of an evaluation as it is now. Only finished evaluations of agents: deleted, archived and ' +
      'retracted ones, those whose score is pending, calibrations and self-assessments are left out.',
    columns: columnsOf(selected),
    sql: `SELECT
  ${selectList(dialect, selected)}
FROM ${table('evaluation_answers')} A
JOIN ${table('evaluations')} E
  ON E.connection = A.connection AND E.evaluation_id = A.evaluation_id AND E.evaluation_month = A.evaluation_month
WHERE ${isNot('A.is_deleted')} AND ${settled('E')}`,
  };
}

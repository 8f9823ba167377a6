import { isNot, type Dialect } from '../dialect.js';
import { columnsOf, computed, counts, selectList, taken, type Selected, type View } from './view.js';

/** Private comments of evaluators are in none of its rows: it is about what is said between people. */
export function agentFeedback(dialect: Dialect): View {
  const { table, text } = dialect;
  const none = `CAST(NULL AS ${dialect.types.string})`;
  const kind = (value: string) =>
    computed(
      value,
      'kind',
      'string',
      'What it is: feedback, coaching_appointment, coaching_annotation, evaluator_comment or agent_comment.',
    );
  const evaluationId = (value: string) =>
    computed(value, 'evaluation_id', 'string', 'Evaluation that a comment was written to.');

  const entries: Selected[] = [
    ...taken('F', 'feedback', ['connection', 'source_system']),
    kind('F.kind'),
    ...taken('F', 'feedback', ['agent_id', 'author_id', 'content', 'tags', 'is_private']),
    computed(
      'F.created_at',
      'created_at',
      'timestamp',
      'When it was written; of a comment when its evaluation was submitted, else created (UTC).',
    ),
    ...taken('F', 'feedback', ['conversation_id', 'feedback_id']),
    evaluationId(none),
  ];

  /** The columns of entries, in their order, for a comment of an evaluation. */
  const comment = (name: string, author: string, content: string): Selected[] => {
    const values: Readonly<Record<string, string>> = {
      kind: text(name),
      author_id: author,
      content,
      tags: dialect.parseJson(text('[]')),
      is_private: 'false',
      created_at: 'coalesce(E.submitted_at, E.created_at)',
      feedback_id: none,
      evaluation_id: 'E.evaluation_id',
    };
    return entries.map(([, column]) => [values[column.name] ?? `E.${column.name}`, column]);
  };
  const ofEvaluations = (selected: Selected[], content: string) => `SELECT
  ${selectList(dialect, selected)}
FROM ${table('evaluations')} E
WHERE ${counts('E')} AND ${content} <> ''`;

  return {
    name: 'v_agent_feedback',
    description:
      'One thing said to or by an agent: an entry of feedback or coaching, or the comment of an evaluator or of the ' +
      'agent on a finished evaluation. Drafts, archived and deleted entries, private comments, and comments on ' +
      'deleted, archived and retracted evaluations and calibrations are left out.',
    columns: columnsOf(entries),
    sql: `SELECT
  ${selectList(dialect, entries)}
FROM ${table('feedback')} F
WHERE ${isNot('F.is_deleted')} AND ${isNot('F.is_archived')} AND F.status <> 'draft'
UNION ALL
${ofEvaluations(comment('evaluator_comment', 'E.evaluator_id', 'E.comments'), 'E.comments')}
UNION ALL
${ofEvaluations(comment('agent_comment', 'E.agent_id', 'E.agent_comments'), 'E.agent_comments')}`,
  };
}

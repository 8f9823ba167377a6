import { isNot, type Dialect } from '../dialect.js';
import { currentAnswersName } from './currentAnswers.js';
import { columnsOf, computed, selectList, stableForm, taken, vendorOf, type View } from './view.js';

/** The question over its versions; one that the source gives no such id stays alone. */
const stableQuestion = (answer: string) => `coalesce(${answer}.question_context_id, ${answer}.question_id)`;

/** Forms may share questions, of which each has texts of its own; in a join, where null would meet nothing. */
const formOf = (answer: string) => `coalesce(${stableForm(answer)[0]}, '')`;

const inNewest =
  'in the newest version of the form; where that is not loaded, in the newest that was answered in the month.';

/** Longer than the stamp of any version. */
const stampLength = 40;

/** Of texts the one of the newest version, as an aggregate: a window or a second look would read every month. */
const newest = (version: string, text: string) =>
  `substr(max(lpad(coalesce(${version}, ''), ${stampLength}, ' ') || ${text}), ${stampLength + 1})`;

/** By ids that outlive a new version of the form, so that a trend goes on where question ids do not. */
export function questionTrend(dialect: Dialect): View {
  const answers = dialect.table(currentAnswersName);
  const grouped = [
    ...taken('A', 'evaluation_answers', ['connection']),
    stableForm('A'),
    computed(
      stableQuestion('A'),
      'question_context_id',
      'string',
      'The question over all versions of the form; the id of its version where the source gives no other.',
    ),
    ...taken('A', 'evaluation_answers', ['evaluation_month']),
  ];
  const selected = [
    ...grouped,
    computed(
      `coalesce(max(N.group_name), ${newest('A.form_version', 'A.group_name')})`,
      'group_name',
      'string',
      `Name of its group ${inNewest}`,
    ),
    computed(
      `coalesce(max(N.question_text), ${newest('A.form_version', 'A.question_text')})`,
      'question_text',
      'string',
      `Its text ${inNewest}`,
    ),
    computed(
      'count(DISTINCT A.form_id)',
      'form_versions',
      'integer',
      'Form versions that the answers are of.',
    ),
    computed(
      'count(DISTINCT A.max_score)',
      'max_scores',
      'integer',
      'Different points possible among the answers: with more than one, the question was changed within the month.',
    ),
    computed('count(*)', 'answers', 'integer', 'Answers, those marked not applicable included.'),
    computed('count(A.score_percent)', 'scored_answers', 'integer', 'Answers that have points.'),
    computed(
      'count(CASE WHEN A.marked_na OR A.system_marked_na THEN 1 END)',
      'not_applicable_answers',
      'integer',
      'Answers marked not applicable, by the evaluator or by a visibility condition.',
    ),
    computed(
      'avg(A.score_percent)',
      'average_score_percent',
      'double',
      'Average over the scored answers of the points reached, in percent of those possible.',
    ),
    computed(
      'count(CASE WHEN A.failed_kill_question THEN 1 END)',
      'failed_fatal_answers',
      'integer',
      'Answers that failed a fatal question.',
    ),
    ...vendorOf('A'),
  ];
  return {
    name: 'v_question_trend',
    description:
      'One question and month, over all versions of its form. Made of v_answers_current, and leaves out what that does.',
    columns: columnsOf(selected),
    sql: `SELECT
  ${selectList(dialect, selected)}
FROM ${answers} A
LEFT JOIN (
  SELECT Q.connection, ${formOf('Q')} AS form, ${stableQuestion('Q')} AS stable_question,
    ${newest('F.form_version', 'Q.group_name')} AS group_name, ${newest('F.form_version', 'Q.text')} AS question_text
  FROM ${dialect.table('form_questions')} Q
  JOIN ${dialect.table('forms')} F ON F.connection = Q.connection AND F.form_id = Q.form_id
  WHERE ${isNot('Q.is_deleted')}
  GROUP BY Q.connection, ${formOf('Q')}, ${stableQuestion('Q')}
) N ON N.connection = A.connection AND N.form = ${formOf('A')} AND N.stable_question = ${stableQuestion('A')}
GROUP BY ${[...grouped, ...vendorOf('A')].map(([value]) => value).join(', ')}`,
  };
}

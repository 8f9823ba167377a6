import type { Dialect } from '../dialect.js';
import { columnsOf, computed, selectList, settled, stableForm, taken, vendorOf, type View } from './view.js';

/** By version, so that other questions and weights do not look like other performance. */
export function formVersionTrend(dialect: Dialect): View {
  const isLocked = 'E.score_version_locked';
  const grouped = [
    ...taken('E', 'evaluations', ['connection']),
    stableForm('E'),
    ...taken('E', 'evaluations', ['form_id', 'evaluation_month']),
  ];
  const selected = [
    ...grouped,
    computed('max(E.form_name)', 'form_name', 'string', 'Name of this version.'),
    computed(
      'max(E.form_version)',
      'form_version',
      'string',
      'Sortable stamp of the version, as in evaluations; versions of one form come in its order.',
    ),
    computed('count(DISTINCT E.agent_id)', 'agents', 'integer', 'Agents who were evaluated.'),
    computed('count(*)', 'evaluations', 'integer', 'Finished evaluations.'),
    computed(
      'count(E.total_score)',
      'scored_evaluations',
      'integer',
      'Those of them that have a total score.',
    ),
    computed(
      'avg(E.total_score)',
      'average_score',
      'double',
      "Average of the source's total scores, in percent.",
    ),
    computed(
      `count(CASE WHEN ${isLocked} THEN E.normalized_score END)`,
      'locked_evaluations',
      'integer',
      'Those of them with a normalized score that was worked out with the weights of this version.',
    ),
    computed(
      `avg(CASE WHEN ${isLocked} THEN E.normalized_score END)`,
      'average_normalized_score',
      'double',
      'Average of the normalized scores of these, in percent; null without any.',
    ),
    ...vendorOf('E'),
  ];
  return {
    name: 'v_form_version_trend',
    description:
      'One form version and month: scores that compare, as all were given on the same questions and weights. Deleted, ' +
      'archived, unfinished and retracted evaluations, those whose score is pending or whose form version is not known, ' +
      'calibrations and self-assessments are left out.',
    columns: columnsOf(selected),
    sql: `SELECT
  ${selectList(dialect, selected)}
FROM ${dialect.table('evaluations')} E
WHERE ${settled('E')} AND E.form_id IS NOT NULL
GROUP BY ${[...grouped, ...vendorOf('E')].map(([value]) => value).join(', ')}`,
  };
}

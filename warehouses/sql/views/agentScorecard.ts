import type { Dialect } from '../dialect.js';
import { columnsOf, computed, selectList, settled, stableForm, taken, vendorOf, type View } from './view.js';

/** By form too, because scores of different forms do not compare. */
export function agentScorecard(dialect: Dialect): View {
  const number = (condition: string) => `count(CASE WHEN ${condition} THEN 1 END)`;
  const grouped = [
    ...taken('E', 'evaluations', ['connection', 'agent_id', 'evaluation_month']),
    stableForm('E'),
  ];
  const selected = [
    ...grouped,
    computed(
      'max(E.agent_name)',
      'agent_name',
      'string',
      'Name of the agent as the source sent it; one of them where it changed.',
      true,
    ),
    computed('max(E.form_name)', 'form_name', 'string', 'Name of the form; one of them where it changed.'),
    computed('count(DISTINCT E.form_id)', 'form_versions', 'integer', 'Form versions that were used.'),
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
      'min(E.total_score)',
      'lowest_score',
      'double',
      "Lowest of the source's total scores, in percent.",
    ),
    computed(
      'max(E.total_score)',
      'highest_score',
      'double',
      "Highest of the source's total scores, in percent.",
    ),
    computed(
      'avg(E.total_critical_score)',
      'average_critical_score',
      'double',
      "Average of the source's scores over critical questions, in percent.",
    ),
    computed(
      'avg(E.normalized_score)',
      'average_normalized_score',
      'double',
      'Average of the normalized scores, in percent.',
    ),
    computed(
      number('E.any_failed_kill_questions'),
      'failed_fatal_evaluations',
      'integer',
      'Evaluations in which a fatal question was failed.',
    ),
    computed(
      number('E.is_automated'),
      'automated_evaluations',
      'integer',
      'Evaluations submitted by the system without an evaluator.',
    ),
    computed(
      number('E.dispute_count > 0'),
      'disputed_evaluations',
      'integer',
      'Evaluations that were disputed at least once.',
    ),
    ...vendorOf('E'),
  ];
  return {
    name: 'v_agent_scorecard_monthly',
    description:
      'One agent, month and form. Months are those of the conversations. Deleted, archived, unfinished and ' +
      'retracted evaluations, those whose score is pending, calibrations and self-assessments are left out.',
    columns: columnsOf(selected),
    sql: `SELECT
  ${selectList(dialect, selected)}
FROM ${dialect.table('evaluations')} E
WHERE ${settled('E')}
GROUP BY ${[...grouped, ...vendorOf('E')].map(([value]) => value).join(', ')}`,
  };
}

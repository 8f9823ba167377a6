import type { Dialect } from '../dialect.js';
import { columnsOf, computed, selectList, taken, type Selected, type View } from './view.js';

/** Numbers that mean nothing without evaluations. */
const scores = ['average_score', 'pass_rate', 'highest_score', 'lowest_score'];

/** A reading is written when it differs from the one before: the last one holds until the next. */
export function currentAgentMetrics(dialect: Dialect): View {
  const whose = ['connection', 'business_day', 'entity_type', 'entity_id', 'segment_type', 'segment_id'];
  const hasData = 'A.evaluation_count > 0';
  const selected: Selected[] = [
    ...taken('A', 'agent_metrics', [
      ...['connection', 'source_system', 'business_day', 'time_zone', 'entity_type', 'entity_id'],
      ...['entity_name', 'segment_type', 'segment_id', 'segment_name', 'team_id', 'team_name'],
      ...['window_start', 'window_end', 'evaluation_count'],
    ]),
    computed(
      hasData,
      'has_data',
      'boolean',
      'False when no evaluation was submitted yet, or none any more: no data, which is not 0 percent.',
    ),
    ...taken('A', 'agent_metrics', scores).map(([value, column]): Selected => [
      `CASE WHEN ${hasData} THEN ${value} END`,
      column,
    ]),
    ...taken('A', 'agent_metrics', ['is_below_threshold', 'polled_at']),
  ];
  return {
    name: 'v_current_agent_metrics',
    description:
      'The latest reading of an agent, queue, skill, form or evaluator in one segment on one business day; of a day ' +
      'that is over the last one. Scores are null where has_data is false.',
    columns: columnsOf(selected),
    sql: `SELECT
  ${selectList(dialect, selected)}
FROM (
  SELECT M.*, row_number() OVER (
    PARTITION BY ${whose.map((column) => `M.${column}`).join(', ')} ORDER BY M.window_end DESC
  ) AS newness
  FROM ${dialect.table('agent_metrics')} M
) A
WHERE A.newness = 1`,
  };
}

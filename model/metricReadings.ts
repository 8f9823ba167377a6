/** Which readings of metrics are new: the rule by which an unchanged window writes nothing. */
import type { Interval } from './interval.js';
import type { Row } from './tables.js';

type MetricRow = Row<'agent_metrics'>;

/** One poll: what was asked and what came back. An empty answer does not say what it is to. */
export interface MetricsPoll {
  /** That of every question. */
  window: Interval;
  asked: readonly Pick<MetricRow, 'entity_type' | 'segment_type' | 'polled_at'>[];
  readings: readonly MetricRow[];
}

const keyOf = ({ entity_type, entity_id, segment_type, segment_id }: MetricRow) =>
  [entity_type, entity_id, segment_type, segment_id].join('\n');

/** What a reading says, without when it was read. */
const contentOf = (row: MetricRow) =>
  JSON.stringify([
    row.entity_name,
    row.segment_name,
    row.team_id,
    row.team_name,
    row.evaluation_count,
    row.average_score,
    row.pass_rate,
    row.highest_score,
    row.lowest_score,
    row.is_below_threshold,
  ]);

/**
 * The readings that differ from what was kept of the same business day last.
 * An entity that was asked for and is missing now, though its last reading had evaluations, has none any more: it gets
 * a reading of zero, or its old score would stay on the page.
 * @param kept rows of the business day in the order of their windows
 */
export function changedReadings(
  kept: readonly MetricRow[],
  { window, asked, readings }: MetricsPoll,
): MetricRow[] {
  const latest = new Map(kept.map((row) => [keyOf(row), row]));
  const changed = readings.filter((row) => {
    const before = latest.get(keyOf(row));
    return before === undefined || contentOf(before) !== contentOf(row);
  });
  const seen = new Set(readings.map(keyOf));
  for (const [key, row] of latest) {
    if (seen.has(key) || row.evaluation_count === 0) continue;
    const question = asked.find(
      (each) => each.entity_type === row.entity_type && each.segment_type === row.segment_type,
    );
    if (question === undefined) continue;
    changed.push({
      ...row,
      evaluation_count: 0,
      average_score: null,
      pass_rate: null,
      highest_score: null,
      lowest_score: null,
      is_below_threshold: true,
      window_start: window.start,
      window_end: window.end,
      polled_at: question.polled_at,
    });
  }
  return changed;
}

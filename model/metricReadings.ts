/** Which readings of metrics are new: the rule by which an unchanged window writes nothing. */
import type { Row } from './tables.js';

type MetricRow = Row<'agent_metrics'>;

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
 * An entity that is missing now, though its last reading had evaluations, has none any more: it gets a reading of
 * zero, or its old score would stay on the page.
 * @param kept rows of the business day in the order of their windows
 */
export function changedReadings(kept: readonly MetricRow[], read: readonly MetricRow[]): MetricRow[] {
  const latest = new Map(kept.map((row) => [keyOf(row), row]));
  const changed = read.filter((row) => {
    const before = latest.get(keyOf(row));
    return before === undefined || contentOf(before) !== contentOf(row);
  });
  const [sample] = read;
  if (sample === undefined) return changed;
  const seen = new Set(read.map(keyOf));
  const asked = new Set(read.map(({ entity_type, segment_type }) => `${entity_type}\n${segment_type}`));
  for (const [key, row] of latest) {
    if (seen.has(key) || row.evaluation_count === 0) continue;
    if (!asked.has(`${row.entity_type}\n${row.segment_type}`)) continue;
    changed.push({
      ...row,
      evaluation_count: 0,
      average_score: null,
      pass_rate: null,
      highest_score: null,
      lowest_score: null,
      is_below_threshold: true,
      window_start: sample.window_start,
      window_end: sample.window_end,
      polled_at: sample.polled_at,
    });
  }
  return changed;
}

import { describe, expect, it } from 'vitest';
import type { Row } from '../../../model/tables.js';
import { hour } from './sampleEvaluation.js';
import type { OpenTarget } from './target.js';

/** A reading of an agent over everything, by the end of its window. */
export function reading(values: Partial<Row<'agent_metrics'>> = {}): Row<'agent_metrics'> {
  return {
    connection: 'acme',
    source_system: 'genesys',
    business_day: '2026-11-01',
    time_zone: 'Europe/Berlin',
    entity_type: 'agent',
    entity_id: 'ada',
    entity_name: 'Ada',
    segment_type: 'all',
    segment_id: '',
    segment_name: null,
    team_id: null,
    team_name: null,
    window_start: '2026-10-31T23:00:00.000Z',
    window_end: hour(8),
    evaluation_count: 2,
    average_score: 81.25,
    pass_rate: 50,
    highest_score: 90,
    lowest_score: 72.5,
    is_below_threshold: true,
    polled_at: hour(8),
    ...values,
  };
}

export function metricReadings(open: OpenTarget): void {
  describe('metric readings', () => {
    it('of a day come in the order of their windows, without other days and connections', async () => {
      const scratch = await open();
      const ofDay = [
        reading({ entity_id: 'bob' }),
        reading({ segment_type: 'form', segment_id: 'f1', segment_name: "Mo's form" }),
        reading({ entity_type: 'queue', entity_id: 'ada' }),
        reading({ window_end: hour(9), evaluation_count: 0, average_score: null, pass_rate: null }),
        reading({ window_end: hour(10), entity_name: null }),
      ];
      await scratch.warehouse.record('agent_metrics', [
        ...ofDay.toReversed(),
        reading({ business_day: '2026-10-31' }),
        reading({ business_day: '2026-11-02' }),
        reading({ connection: 'other' }),
      ]);
      expect(await scratch.warehouse.agentMetrics('acme', '2026-11-01')).toEqual(ofDay);
      expect(await scratch.warehouse.agentMetrics('other', '2026-11-01')).toEqual([
        reading({ connection: 'other' }),
      ]);
      expect(await scratch.warehouse.agentMetrics('acme', '2026-11-03')).toEqual([]);
    });

    it('are written once for each window: the last one counts', async () => {
      const scratch = await open();
      const rows = [reading(), reading({ segment_type: 'form', segment_id: 'f1' })];
      await scratch.warehouse.record('agent_metrics', rows);
      const corrected = reading({ average_score: 10, entity_name: 'Ada L.' });
      await scratch.warehouse.record('agent_metrics', [corrected]);
      expect(await scratch.warehouse.agentMetrics('acme', '2026-11-01')).toEqual([corrected, rows[1]]);
    });
  });
}

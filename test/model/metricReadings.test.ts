import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changedReadings, type MetricsPoll } from '../../model/metricReadings.js';
import type { Row } from '../../model/tables.js';

type MetricRow = Row<'agent_metrics'>;

const reading = (change: Partial<MetricRow> = {}): MetricRow => ({
  connection: 'acme',
  source_system: 'genesys',
  business_day: '2026-11-21',
  time_zone: 'UTC',
  entity_type: 'agent',
  entity_id: 'agent-1',
  entity_name: 'Ada Park',
  segment_type: 'all',
  segment_id: '',
  segment_name: null,
  team_id: null,
  team_name: null,
  window_start: '2026-11-21T08:00:00.000Z',
  window_end: '2026-11-21T10:00:00.000Z',
  evaluation_count: 4,
  average_score: 87.5,
  pass_rate: 75,
  highest_score: 100,
  lowest_score: 60,
  is_below_threshold: false,
  polled_at: '2026-11-21T10:00:01.000Z',
  ...change,
});
const later = { window_end: '2026-11-21T10:15:00.000Z', polled_at: '2026-11-21T10:15:01.000Z' };
const earlier = { window_end: '2026-11-21T09:45:00.000Z', polled_at: '2026-11-21T09:45:01.000Z' };

/** An answer to what was asked; by default for everybody of the agents. */
const poll = (readings: MetricRow[], asked: Partial<MetricsPoll['asked'][number]>[] = [{}]): MetricsPoll => ({
  window: { start: reading().window_start, end: later.window_end },
  asked: asked.map((change) => ({
    entity_type: 'agent',
    segment_type: 'all',
    polled_at: later.polled_at,
    ...change,
  })),
  readings,
});
const nothing = {
  ...later,
  evaluation_count: 0,
  average_score: null,
  pass_rate: null,
  highest_score: null,
  lowest_score: null,
  is_below_threshold: true,
};

describe('a reading', () => {
  test.each<[string, MetricRow[], MetricRow[], number]>([
    ['is new at the first poll', [], [reading()], 1],
    ['is not new when only time has passed', [reading()], [reading(later)], 0],
    ['is new with another score', [reading()], [reading({ ...later, average_score: 90 })], 1],
    ['is new with another count', [reading()], [reading({ ...later, evaluation_count: 5 })], 1],
    [
      'is new with another name, under the same id',
      [reading()],
      [reading({ ...later, entity_name: 'A. Park' })],
      1,
    ],
    [
      'is compared with the last one kept',
      [reading({ ...earlier, average_score: 90 }), reading()],
      [reading({ ...later, average_score: 90 })],
      1,
    ],
    [
      'is another one in another segment',
      [reading()],
      [reading(later), reading({ ...later, segment_type: 'form', segment_id: 'f1' })],
      1,
    ],
    [
      'is another one of another kind of entity',
      [reading()],
      [reading(later), reading({ ...later, entity_type: 'evaluator' })],
      1,
    ],
  ])('%s', (_, kept, read, changed) => {
    expect(changedReadings(kept, poll(read))).toHaveLength(changed);
  });

  test('of zero is written for who had evaluations and is missing now, once', () => {
    const kept = [reading(), reading({ entity_id: 'agent-2' })];
    const read = [reading({ ...later, entity_id: 'agent-2' })];
    const changed = changedReadings(kept, poll(read));
    expect(changed).toEqual([reading(nothing)]);
    expect(changedReadings([...kept, ...changed], poll(read))).toEqual([]);
  });

  test('of zero is written where the answer is empty', () => {
    expect(changedReadings([reading()], poll([]))).toEqual([reading(nothing)]);
  });

  test('of zero is written for the only queue, while agents still have evaluations', () => {
    const queue = { entity_type: 'queue', entity_id: 'queue-1' } as const;
    const read = poll(
      [reading(later)],
      [{}, { entity_type: 'queue', polled_at: '2026-11-21T10:15:02.000Z' }],
    );
    expect(changedReadings([reading(), reading(queue)], read)).toEqual([
      reading({ ...nothing, ...queue, polled_at: '2026-11-21T10:15:02.000Z' }),
    ]);
  });

  test('that is missing because its segment was not asked for stays as it is', () => {
    const kept = [reading({ segment_type: 'form', segment_id: 'f1' })];
    expect(changedReadings(kept, poll([reading({ ...later, entity_id: 'agent-2' })]))).toHaveLength(1);
  });

  test('is written once however often it is recorded', () => {
    const rows = fc.uniqueArray(
      fc.record({ id: fc.integer({ min: 0, max: 5 }), count: fc.integer({ min: 0, max: 3 }) }),
      { selector: ({ id }) => id },
    );
    const toRows = (given: { id: number; count: number }[], time: object) =>
      given.map(({ id, count }) => reading({ entity_id: `agent-${id}`, evaluation_count: count, ...time }));
    fc.assert(
      fc.property(rows, rows, (first, second) => {
        const kept = changedReadings([], poll(toRows(first, {})));
        const changed = changedReadings(kept, poll(toRows(second, later)));
        expect(changedReadings([...kept, ...changed], poll(toRows(second, later)))).toEqual([]);
      }),
    );
  });
});

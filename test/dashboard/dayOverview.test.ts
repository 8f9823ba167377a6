import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayOverview, type DayOverview } from '../../dashboard/dayOverview.js';
import { at, poll, reading, type Reading } from './readings.js';

const settings = { countThreshold: 3, staleAfter: 30 * 60_000 };
const now = Date.parse(at('10:00'));
const overview = (rows: Reading[], polls = [poll(at('09:45'))], moment = now) =>
  dayOverview(rows, polls, moment, settings);
const only = ({ scores }: DayOverview) => {
  expect(scores).toHaveLength(1);
  return scores[0] as DayOverview['scores'][number];
};

describe('scores of a day', () => {
  it('are the latest reading of each entity, with all readings as the trend', () => {
    const score = only(
      overview([
        reading({ entity_id: 'a', window_end: at('09:00'), average_score: 70, evaluation_count: 2 }),
        reading({ entity_id: 'a', window_end: at('09:30'), average_score: 75.5, evaluation_count: 4 }),
        reading({ entity_id: 'a', window_end: at('08:00'), average_score: null, evaluation_count: 0 }),
      ]),
    );
    expect(score).toMatchObject({ averageScore: 75.5, count: 4, updatedAt: at('09:31') });
    expect(score.trend).toEqual([
      { at: at('08:00'), averageScore: null, count: 0 },
      { at: at('09:00'), averageScore: 70, count: 2 },
      { at: at('09:30'), averageScore: 75.5, count: 4 },
    ]);
  });

  it('belong to an id: the latest name, team and name of the team win, whichever segment tells them', () => {
    const { scores, teams } = overview([
      reading({
        entity_id: 'a',
        window_end: at('09:00'),
        entity_name: 'John Doe',
        team_id: 't1',
        team_name: 'Old',
      }),
      reading({
        entity_id: 'a',
        window_end: at('09:30'),
        entity_name: 'J. Doe',
        segment_type: 'form',
        segment_id: 'f',
      }),
      reading({ entity_id: 'b', window_end: at('09:45'), team_id: 't1', team_name: 'New' }),
    ]);
    expect(scores.map((each) => [each.entityId, each.segmentId, each.entityName, each.teamName])).toEqual([
      ['a', '', 'J. Doe', 'New'],
      ['b', '', 'Name of b', 'New'],
      ['a', 'f', 'J. Doe', 'New'],
    ]);
    expect(teams).toEqual([{ id: 't1', name: 'New' }]);
  });

  it.each([
    ['null', null],
    ['0', 0],
  ])('are no data without evaluations, where the source says %s', (_said, value) => {
    const values = { average_score: value, pass_rate: value, highest_score: value, lowest_score: value };
    const score = only(
      overview([reading({ entity_id: 'a', window_end: at('09:00'), evaluation_count: 0, ...values })]),
    );
    expect(score).toMatchObject({
      noData: true,
      isBelowThreshold: true,
      averageScore: null,
      passRate: null,
      highestScore: null,
      lowestScore: null,
    });
    expect(score.trend[0]?.averageScore).toBeNull();
  });

  it('may be 0 where there are evaluations', () => {
    expect(
      only(overview([reading({ entity_id: 'a', window_end: at('09:00'), average_score: 0 })])),
    ).toMatchObject({ noData: false, averageScore: 0 });
  });

  it.each([
    [2, true],
    [3, false],
  ])('of %i evaluations are too few to judge by: %s', (count, tooFew) => {
    const row = reading({ entity_id: 'a', window_end: at('09:00'), evaluation_count: count });
    expect(only(overview([row])).isBelowThreshold).toBe(tooFew);
  });

  it('name forms and queues to filter by, each once, by their latest names', () => {
    const of = (type: Reading['segment_type'], id: string, name: string | null, end: string) =>
      reading({
        entity_id: `${id}${end}`,
        window_end: at(end),
        segment_type: type,
        segment_id: id,
        segment_name: name,
      });
    const { forms, queues } = overview([
      of('form', 'f2', 'Sales', '08:00'),
      of('form', 'f1', 'Support', '08:00'),
      of('form', 'f2', 'Billing', '09:00'),
      of('queue', 'q', null, '09:00'),
    ]);
    expect(forms).toEqual([
      { id: 'f2', name: 'Billing' },
      { id: 'f1', name: 'Support' },
    ]);
    expect(queues).toEqual([{ id: 'q', name: 'q' }]);
  });

  it('are empty without readings', () => {
    expect(overview([], [])).toEqual({
      timeZone: null,
      windowStart: null,
      updatedAt: null,
      polledAt: null,
      isStale: true,
      scores: [],
      teams: [],
      forms: [],
      queues: [],
    });
  });

  it('are the same in whatever order the readings come', () => {
    const ids = fc.constantFrom('a', 'b', 'c');
    const segment = fc.constantFrom<[Reading['segment_type'], string]>(
      ['all', ''],
      ['form', 'f1'],
      ['form', 'f2'],
      ['queue', 'q1'],
    );
    const readings = fc.uniqueArray(
      fc.record({
        id: ids,
        segment,
        minute: fc.integer({ min: 10, max: 59 }),
        count: fc.nat(6),
        team: fc.option(ids),
      }),
      { selector: ({ id, segment: [type, of], minute }) => `${id} ${type} ${of} ${minute}`, maxLength: 40 },
    );
    fc.assert(
      fc.property(readings, fc.infiniteStream(fc.nat()), (drawn, numbers) => {
        const rows = drawn.map(({ id, segment: [type, of], minute, count, team }) =>
          reading({
            entity_id: id,
            // A name is of a moment: two readings of the same one agree.
            entity_name: `${id} ${minute}`,
            window_end: at(`09:${minute}`),
            segment_type: type,
            segment_id: of,
            segment_name: `${of} ${minute}`,
            evaluation_count: count,
            team_id: team === null ? null : `${id}-${minute}`,
            team_name: team === null ? null : `Team ${id} ${minute}`,
          }),
        );
        const shuffled = rows
          .map((row) => ({ row, place: numbers.next().value as number }))
          .sort((a, b) => a.place - b.place)
          .map(({ row }) => row);
        expect(withoutTeams(overview(shuffled))).toEqual(withoutTeams(overview(rows)));
      }),
    );
  });

  it('hold each reading exactly once, in trends that end with the latest', () => {
    const readings = fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 10, max: 59 })), {
      selector: String,
    });
    fc.assert(
      fc.property(readings, (drawn) => {
        const rows = drawn.map(([id, minute]) => reading({ entity_id: id, window_end: at(`09:${minute}`) }));
        const { scores } = overview(rows);
        const points = scores.flatMap(({ entityId, trend }) =>
          trend.map((point) => `${entityId} ${point.at}`),
        );
        expect(points.sort()).toEqual(rows.map((row) => `${row.entity_id} ${row.window_end}`).sort());
        for (const { trend, updatedAt } of scores) {
          expect(trend.map((point) => point.at)).toEqual(trend.map((point) => point.at).sort());
          expect(Date.parse(updatedAt)).toBe(Date.parse(trend.at(-1)?.at ?? '') + 60_000);
        }
      }),
    );
  });
});

/** A team of one moment is told by one segment only when two are read then. */
const withoutTeams = ({ teams: _teams, ...rest }: DayOverview) => ({
  ...rest,
  scores: rest.scores.map(({ teamId: _id, teamName: _name, ...score }) => score),
});

describe('the age of a day', () => {
  const row = reading({ entity_id: 'a', window_end: at('08:00') });

  it('is that of the last poll, though nothing had changed since', () => {
    expect(overview([row], [poll(at('08:00')), poll(at('09:45'))])).toMatchObject({
      updatedAt: at('08:01'),
      polledAt: at('09:46'),
      isStale: false,
    });
  });

  it('leaves out polls that failed', () => {
    const failed = poll(at('09:45'), { state: 'failed' });
    expect(overview([row], [poll(at('08:15')), failed])).toMatchObject({
      polledAt: at('08:16'),
      isStale: true,
    });
  });

  it('goes by the readings while their poll is not recorded', () => {
    expect(overview([row], [])).toMatchObject({ polledAt: at('08:01'), isStale: true });
  });

  it.each([
    ['10:16:00.000', false],
    ['10:16:00.001', true],
  ])('at %s, 30 minutes after the last poll, is stale: %s', (time, stale) => {
    const moment = Date.parse(`2026-11-20T${time}Z`);
    expect(overview([row], [poll(at('09:45'))], moment).isStale).toBe(stale);
  });
});

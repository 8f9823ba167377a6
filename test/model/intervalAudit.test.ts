import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { isCovered, overlaps } from '../../model/coverage.js';
import { toIso, toMillis, type Interval } from '../../model/interval.js';
import {
  auditIntervals,
  countStates,
  dueIntervals,
  lastDueIntervals,
  maxAuditedIntervals,
  type Attempt,
  type AuditedInterval,
  type SpanUnderWay,
} from '../../model/intervalAudit.js';
import { findGaps } from '../../model/intervalGaps.js';

const minute = 60_000;
const hour = 60 * minute;
const midnight = '2026-11-01T00:00:00.000Z';
const schedule = { everyMillis: hour, safetyLagMillis: 15 * minute, startFrom: midnight };

/** A time of the first of November: "05:45". */
const at = (time: string) => `2026-11-01T${time}:00.000Z`;
const loaded = (from: string, to: string, when: string) => ({
  start: at(from),
  end: at(to),
  loadedAt: at(when),
});
const attempt = (from: string, to: string, state: string, rest: Partial<Attempt> = {}): Attempt => ({
  start: toMillis(at(from)),
  end: toMillis(at(to)),
  loadedThrough: null,
  state,
  endedAt: toMillis(at(to)) + 20 * minute,
  message: null,
  ...rest,
});

describe('runs that were due', () => {
  it('come at whole multiples of the interval, the first one from startFrom, the last one not after now', () => {
    const due = dueIntervals(schedule, { start: midnight, end: at('06:00') }, toMillis(at('03:10')));
    expect(due.map(({ nominalAt, start, end }) => [nominalAt, start, end].map(toIso))).toEqual([
      [at('01:00'), at('00:00'), at('00:45')],
      [at('02:00'), at('00:45'), at('01:45')],
      [at('03:00'), at('01:45'), at('02:45')],
    ]);
  });

  it.each([
    ['a span in the middle', at('02:00'), at('03:00'), [at('03:00'), at('04:00')]],
    ['a span that ends with an interval', at('01:45'), at('02:45'), [at('03:00')]],
    ['a span before startFrom', '2026-10-01T00:00:00.000Z', midnight, []],
    ['an empty span', at('02:00'), at('02:00'), []],
    ['a span of the future', at('23:00'), at('23:59'), []],
  ])('are those that load some of %s', (_name, start, end, expected) => {
    const due = dueIntervals(schedule, { start, end }, toMillis(at('12:00')));
    expect(due.map(({ nominalAt }) => toIso(nominalAt))).toEqual(expected);
  });

  it('are refused where there are too many of them', () => {
    const span = { start: midnight, end: '2027-11-01T00:00:00.000Z' };
    expect(() => dueIntervals({ ...schedule, everyMillis: 1_000 }, span, toMillis(span.end))).toThrow(
      `one audit looks at ${maxAuditedIntervals}`,
    );
  });

  it('can be asked for from the newest back', () => {
    const newest = (count: number, now: string) =>
      lastDueIntervals(schedule, count, toMillis(at(now))).map(({ nominalAt }) => toIso(nominalAt));
    expect(newest(2, '06:00')).toEqual([at('05:00'), at('06:00')]);
    expect(newest(24, '02:30')).toEqual([at('01:00'), at('02:00')]);
    expect(newest(24, '00:30')).toEqual([]);
  });
});

describe('the state of an interval', () => {
  // The run of 05:00 was to load 03:45 to 04:45.
  const due = [{ nominalAt: 5 * hour, start: 3.75 * hour, end: 4.75 * hour }].map((each) => ({
    nominalAt: each.nominalAt + toMillis(midnight),
    start: each.start + toMillis(midnight),
    end: each.end + toMillis(midnight),
  }));
  const later = '12:00';

  it.each<[string, ReturnType<typeof loaded>[], Attempt[], string, string]>([
    ['is loaded when one window covers it', [loaded('03:15', '04:45', '05:01')], [], later, 'loaded'],
    [
      'is loaded when several do, in any order',
      [loaded('04:30', '04:45', '05:02'), loaded('03:30', '04:30', '05:01')],
      [],
      later,
      'loaded',
    ],
    ['is loaded one interval later at last', [loaded('03:00', '05:00', '06:00')], [], later, 'loaded'],
    ['is late after that', [loaded('03:00', '05:00', '06:01')], [], later, 'late'],
    [
      'is late when the last part of it was',
      [loaded('03:00', '04:00', '05:01'), loaded('04:00', '05:00', '07:00')],
      [],
      later,
      'late',
    ],
    [
      'stays loaded when it is loaded again',
      [loaded('03:00', '05:00', '05:01'), loaded('03:00', '05:00', '11:00')],
      [],
      later,
      'loaded',
    ],
    [
      'is not covered by windows with a minute between them',
      [loaded('03:00', '04:00', '05:01'), loaded('04:01', '05:00', '05:02')],
      [],
      later,
      'missed',
    ],
    ['is missed when nothing was tried', [], [], later, 'missed'],
    [
      'is missed when only its neighbours were tried',
      [],
      [attempt('04:45', '05:45', 'failed')],
      later,
      'missed',
    ],
    ['is pending before the next is due', [], [], '05:59', 'pending'],
    ['is missed from then on', [], [], '06:00', 'missed'],
    ['is failed when an attempt at it failed', [], [attempt('01:00', '04:45', 'failed')], later, 'failed'],
    ['is failed at once', [], [attempt('03:45', '04:45', 'failed')], '05:10', 'failed'],
    ['is failed when it was cancelled', [], [attempt('03:45', '04:45', 'cancelled')], later, 'failed'],
    [
      'is failed when pages of it are quarantined',
      [],
      [attempt('03:45', '04:45', 'quarantined', { loadedThrough: toMillis(at('04:45')) })],
      later,
      'failed',
    ],
    [
      'is missed when the attempt failed after it',
      [],
      [attempt('01:00', '05:45', 'failed', { loadedThrough: toMillis(at('04:45')) })],
      later,
      'missed',
    ],
    [
      'is loaded when a later attempt succeeded',
      [loaded('03:45', '04:45', '05:30')],
      [attempt('03:45', '04:45', 'failed')],
      later,
      'loaded',
    ],
  ])('%s', (_name, windows, attempts, now, expected) => {
    const audited = auditIntervals(due, {
      everyMillis: hour,
      windows,
      attempts,
      now: toMillis(at(now)),
    });
    expect(audited.map(({ state }) => state)).toEqual([expected]);
  });
});

describe('what is under way', () => {
  const now = toMillis(at('06:10'));
  const due = dueIntervals(schedule, { start: midnight, end: at('06:10') }, now);
  const audit = (
    underWay: [string, string | null][],
    windows: ReturnType<typeof loaded>[] = [],
    attempts: Attempt[] = [],
  ) =>
    auditIntervals(due, {
      ...{ everyMillis: hour, windows, attempts, now },
      underWay: underWay.map(([start, end]) => ({ start: at(start), end: end === null ? null : at(end) })),
    }).map(({ state }) => state);

  it.each<[string, string[], string[]]>([
    [
      'is pending',
      audit([['00:00', '02:45']]),
      ['pending', 'pending', 'pending', 'missed', 'missed', 'pending'],
    ],
    [
      'is not what it ends in the middle of',
      audit([['00:00', '02:44']]),
      ['pending', 'pending', 'missed', 'missed', 'missed', 'pending'],
    ],
    [
      'without an end is all that has come due since it began',
      audit([['01:45', null]]),
      ['missed', 'missed', 'pending', 'pending', 'pending', 'pending'],
    ],
    [
      'may be several, side by side',
      audit([
        ['03:00', '04:45'],
        ['00:45', '03:00'],
      ]),
      ['missed', 'pending', 'pending', 'pending', 'pending', 'pending'],
    ],
    [
      'is the rest of what is loaded in part',
      audit([['01:30', '03:45']], [loaded('00:00', '01:30', '01:40')]),
      ['loaded', 'pending', 'pending', 'pending', 'missed', 'pending'],
    ],
    [
      'does not hide that an attempt failed, as it may fail, too',
      audit([['00:00', null]], [], [attempt('00:45', '02:45', 'failed')]),
      ['pending', 'failed', 'failed', 'pending', 'pending', 'pending'],
    ],
    [
      'leaves alone what is loaded',
      audit([['00:00', null]], [loaded('00:00', '01:45', '02:00')]),
      ['loaded', 'loaded', 'pending', 'pending', 'pending', 'pending'],
    ],
  ])('%s', (_name, states, expected) => {
    expect(states).toEqual(expected);
  });
});

describe('gaps', () => {
  const audit = (
    windows: ReturnType<typeof loaded>[],
    attempts: Attempt[],
    limit = 1_000,
    until = '10:10',
    underWay: SpanUnderWay[] = [],
  ) => {
    const span = { start: midnight, end: at(until) };
    const seen = { everyMillis: hour, windows, attempts, underWay, now: toMillis(at('10:10')) };
    const audited = auditIntervals(dueIntervals(schedule, span, seen.now), seen);
    return { counts: countStates(audited), ...findGaps({ ...seen, audited, startFrom: midnight }, limit) };
  };

  it('are runs of intervals of one state, with a cause', () => {
    const { counts, gaps, leftOut } = audit(
      [
        loaded('00:00', '01:45', '02:01'),
        loaded('03:45', '04:45', '05:01'),
        loaded('08:45', '09:45', '10:01'),
      ],
      [
        attempt('04:45', '05:45', 'failed', { message: 'HTTP 503\nagain' }),
        attempt('04:45', '06:45', 'failed', { message: 'HTTP 504' }),
      ],
    );
    expect(counts).toEqual({ loaded: 3, late: 1, failed: 2, missed: 4, pending: 0 });
    expect(leftOut).toBe(0);
    expect(gaps).toEqual([
      {
        start: at('01:45'),
        end: at('03:45'),
        state: 'missed',
        intervals: 2,
        cause:
          `no attempt was made from ${at('03:00')} to ${at('04:00')}: schedule paused or missing, catch-up window ` +
          'exceeded or cluster down',
      },
      {
        start: at('04:45'),
        end: at('06:45'),
        state: 'failed',
        intervals: 2,
        cause: `2 attempts, the last ended failed at ${at('07:05')}: HTTP 504`,
      },
      expect.objectContaining({
        start: at('06:45'),
        end: at('08:45'),
        state: 'missed',
        intervals: 2,
      }) as object,
    ]);
  });

  it.each<[string, ReturnType<typeof loaded>[], Attempt[], RegExp]>([
    ['that go on', [loaded('00:00', '07:45', '08:01')], [], /at 2026-11-01T09:00.*and none since/],
    ['at the begin', [loaded('02:45', '09:45', '10:01')], [], /startFrom was moved back/],
    [
      'after a soft deadline',
      [loaded('00:00', '02:45', '03:01'), loaded('04:45', '09:45', '10:01')],
      [attempt('01:45', '04:45', 'completed', { loadedThrough: toMillis(at('02:45')) })],
      /a run stopped at 2026-11-01T02:45:00.000Z \(soft deadline\)/,
    ],
    [
      'after one failure',
      [loaded('00:00', '02:45', '03:01')],
      [attempt('02:45', '09:45', 'cancelled')],
      /^1 attempt ended cancelled at 2026-11-01T10:05:00.000Z$/,
    ],
  ])('%s say so', (_name, windows, attempts, cause) => {
    expect(audit(windows, attempts).gaps.map((gap) => gap.cause)).toEqual([
      expect.stringMatching(cause) as string,
    ]);
  });

  it('at the end of a span of the past are not taken to go on', () => {
    const { gaps } = audit([loaded('00:00', '02:45', '03:01')], [], 1_000, '06:45');
    expect(gaps.map(({ end, cause }) => [end, cause.includes('none since')])).toEqual([[at('06:45'), false]]);
  });

  it('before what is under way are not taken to go on', () => {
    const underWay = [{ start: at('06:45'), end: null }];
    const { gaps } = audit([loaded('00:00', '02:45', '03:01')], [], 1_000, '10:10', underWay);
    expect(gaps.map(({ end, cause }) => [end, cause.includes('none since')])).toEqual([[at('06:45'), false]]);
  });

  it('are counted where there are too many', () => {
    const windows = [loaded('00:45', '01:45', '02:01'), loaded('04:45', '05:45', '06:01')];
    const { gaps, leftOut } = audit(windows, [], 2);
    expect(gaps).toHaveLength(2);
    expect(leftOut).toBe(1);
  });
});

describe('an audit of any windows', () => {
  const begin = toMillis(midnight);
  const moments = fc.nat(30 * 60).map((minutes) => begin + minutes * minute);
  const spans = fc
    .tuple(moments, fc.nat(8 * 60))
    .map(([start, length]) => ({ start, end: start + length * minute }));
  const windows = fc.array(
    fc.record({ span: spans, delay: fc.nat(5 * 60) }).map(({ span, delay }) => ({
      start: toIso(span.start),
      end: toIso(span.end),
      loadedAt: toIso(span.end + delay * minute),
    })),
    { maxLength: 25 },
  );
  const attempts = fc.array(
    fc.record({ span: spans, state: fc.constantFrom('failed', 'cancelled', 'quarantined', 'completed') }),
    { maxLength: 8 },
  );
  const running = fc.array(
    fc
      .record({ span: spans, isScheduled: fc.boolean() })
      .map(({ span: { start, end }, isScheduled }): SpanUnderWay => ({
        start: toIso(start),
        end: isScheduled ? null : toIso(end),
      })),
    { maxLength: 2 },
  );
  const schedules = fc.record({
    everyMillis: fc.constantFrom(15, 60, 90, 24 * 60).map((minutes) => minutes * minute),
    safetyLagMillis: fc.nat(180).map((minutes) => minutes * minute),
    startFrom: moments.map(toIso),
  });
  const asked = spans.map(({ start, end }): Interval => ({ start: toIso(start), end: toIso(end) }));
  const iso = ({ start, end }: { start: number; end: number }): Interval => ({
    start: toIso(start),
    end: toIso(end),
  });

  test('asks for each part of the span once, as often as the schedule was due', () => {
    fc.assert(
      fc.property(schedules, asked, moments, (any, span, now) => {
        const due = dueIntervals(any, span, now);
        let position = Math.max(toMillis(span.start), toMillis(any.startFrom));
        for (const { nominalAt, start, end } of due) {
          expect(nominalAt % any.everyMillis).toBe(0);
          expect(nominalAt).toBeLessThanOrEqual(now);
          expect(start).toBe(position);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(nominalAt - any.safetyLagMillis);
          position = end;
        }
        // What is left of the span was not due yet.
        const next = (Math.floor(now / any.everyMillis) + 1) * any.everyMillis;
        if (position < toMillis(span.end)) {
          expect(position).toBeGreaterThanOrEqual(next - any.everyMillis - any.safetyLagMillis);
        }
      }),
    );
  });

  test('says what comparing each interval with each window says', () => {
    fc.assert(
      fc.property(
        schedules,
        asked,
        windows,
        attempts,
        running,
        moments,
        (any, span, loads, tries, underWay, now) => {
          const tried = tries.map(({ span: { start, end }, state }) => ({
            ...{ start, end, state, loadedThrough: null, endedAt: end, message: null },
          }));
          const audited = auditIntervals(dueIntervals(any, span, now), {
            everyMillis: any.everyMillis,
            ...{ windows: loads, underWay },
            attempts: tried,
            now,
          });
          for (const interval of audited) {
            expect(interval.state).toBe(slowly(interval, any.everyMillis, loads, tried, underWay, now));
          }
          const covered = audited.filter(({ state }) => state === 'loaded' || state === 'late');
          for (const interval of covered) expect(isCovered(iso(interval), loads)).toBe(true);
        },
      ),
    );
  });

  test('does not depend on the order of windows and attempts', () => {
    fc.assert(
      fc.property(
        schedules,
        asked,
        windows,
        moments,
        fc.infiniteStream(fc.nat()),
        (any, span, loads, now, keys) => {
          const due = dueIntervals(any, span, now);
          const states = (some: typeof loads) =>
            auditIntervals(due, { everyMillis: any.everyMillis, windows: some, attempts: [], now });
          const shuffled = loads
            .map((load) => ({ load, key: keys.next().value }))
            .sort((a, b) => a.key - b.key)
            .map(({ load }) => load);
          expect(states(shuffled)).toEqual(states(loads));
        },
      ),
    );
  });

  function slowly(
    interval: AuditedInterval,
    everyMillis: number,
    loads: (Interval & { loadedAt: string })[],
    tries: Attempt[],
    underWay: SpanUnderWay[],
    now: number,
  ): string {
    const times = [...new Set(loads.map(({ loadedAt }) => loadedAt))].sort();
    const first = times.find((time) =>
      isCovered(
        iso(interval),
        loads.filter(({ loadedAt }) => loadedAt <= time),
      ),
    );
    if (first !== undefined) return toMillis(first) - interval.nominalAt > everyMillis ? 'late' : 'loaded';
    const isFailed = tries.some(
      (each) => each.state !== 'completed' && each.end > each.start && overlaps(iso(interval), iso(each)),
    );
    if (isFailed) return 'failed';
    const expected = underWay.map(({ start, end }) => ({ start, end: end ?? toIso(now) }));
    const isUnderWay = isCovered(iso(interval), [...loads, ...expected]);
    return isUnderWay || now - interval.nominalAt < everyMillis ? 'pending' : 'missed';
  }
});

it('audits a year of quarter hours in a moment', () => {
  const quarter = 15 * minute;
  const begin = Date.UTC(2026, 0, 1);
  const windows = Array.from({ length: 35_040 }, (_, index) => ({
    start: toIso(begin + (index - 2) * quarter),
    end: toIso(begin + (index + 1) * quarter),
    loadedAt: toIso(begin + (index + 2) * quarter),
  }));
  const attempts = windows.map(({ start, end }) => ({
    ...{ start: toMillis(start), end: toMillis(end), state: 'failed', message: null },
    ...{ loadedThrough: null, endedAt: toMillis(end) },
  }));
  const yearly = { everyMillis: quarter, safetyLagMillis: quarter, startFrom: toIso(begin) };
  const end = begin + 35_041 * quarter;
  const before = performance.now();
  const audited = auditIntervals(
    dueIntervals(yearly, { start: yearly.startFrom, end: toIso(end) }, end + quarter),
    { everyMillis: quarter, windows, attempts, now: end + quarter },
  );
  const { gaps } = findGaps({ ...yearly, audited, attempts, now: end + quarter }, 1_000);
  // Comparing each with each would take minutes.
  expect(performance.now() - before).toBeLessThan(10_000);
  expect(audited).toHaveLength(35_041);
  expect(countStates(audited)).toEqual({ loaded: 35_040, late: 0, failed: 0, missed: 0, pending: 1 });
  expect(gaps).toEqual([]);
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contains, isEmpty, toIso, toMillis } from '../../model/interval.js';
import { planWindows, withOverlap } from '../../model/windows.js';

const hour = 3_600_000;
const day = 24 * hour;
const begin = Date.UTC(2026, 0, 1);

const spans = fc
  .record({ offset: fc.nat(40 * day), length: fc.nat(60 * day) })
  .map(({ offset, length }) => ({ start: toIso(begin + offset), end: toIso(begin + offset + length) }));
const maxMillis = fc.integer({ min: hour, max: 40 * day });
const counts = fc
  .array(fc.record({ day: fc.nat(110), records: fc.nat(400) }), { maxLength: 110 })
  .map((days) => days.map(({ day: number, records }) => ({ day: dayName(begin + number * day), records })));
const dayName = (millis: number) => toIso(millis).slice(0, 10);

describe('windows of a span', () => {
  test('that are too many for one workflow are refused', () => {
    const span = { start: toIso(begin), end: toIso(begin + 20_000 * day) };
    expect(() => planWindows(span, { maxMillis: day, maxRecords: 100 }, null)).toThrow(
      /more than 10000 windows/,
    );
  });

  test('cover it exactly, without gap, overlap or empty window, and none is longer than the maximum', () => {
    fc.assert(
      fc.property(spans, maxMillis, fc.option(counts), (span, longest, countByDay) => {
        const windows = planWindows(span, { maxMillis: longest, maxRecords: 500 }, countByDay);
        let position = span.start;
        for (const window of windows) {
          expect(window.start).toBe(position);
          const length = toMillis(window.end) - toMillis(window.start);
          expect(length).toBeGreaterThan(0);
          expect(length).toBeLessThanOrEqual(longest);
          position = window.end;
        }
        expect(position).toBe(span.end);
      }),
    );
  });

  test('hold no more records than asked for, unless one day alone does', () => {
    fc.assert(
      fc.property(
        spans,
        maxMillis,
        counts,
        fc.integer({ min: 1, max: 900 }),
        (span, longest, countByDay, most) => {
          const byDay = new Map(countByDay.map((each) => [each.day, each.records]));
          for (const window of planWindows(span, { maxMillis: longest, maxRecords: most }, countByDay)) {
            const days = daysOf(window);
            const records = days.reduce((sum, name) => sum + (byDay.get(name) ?? 0), 0);
            if (days.length > 1) expect(records).toBeLessThanOrEqual(most);
          }
        },
      ),
    );
  });

  test('grow to the maximum where counts allow it', () => {
    const span = { start: toIso(begin), end: toIso(begin + 10 * day) };
    const few = [{ day: '2026-01-03', records: 5 }];
    expect(planWindows(span, { maxMillis: 31 * day, maxRecords: 100 }, few)).toEqual([span]);
  });

  test('end before the day that would be too much', () => {
    const span = { start: toIso(begin + 6 * hour), end: toIso(begin + 4 * day) };
    const countByDay = ['2026-01-01', '2026-01-02', '2026-01-03', '2026-01-04'].map((name) => ({
      day: name,
      records: 60,
    }));
    expect(planWindows(span, { maxMillis: 31 * day, maxRecords: 120 }, countByDay)).toEqual([
      { start: '2026-01-01T06:00:00.000Z', end: '2026-01-03T00:00:00.000Z' },
      { start: '2026-01-03T00:00:00.000Z', end: '2026-01-05T00:00:00.000Z' },
    ]);
  });

  test('there are none of an empty span', () => {
    const nothing = { start: toIso(begin), end: toIso(begin) };
    expect(planWindows(nothing, { maxMillis: day, maxRecords: 1 }, null)).toEqual([]);
    expect(isEmpty(nothing)).toBe(true);
  });
});

describe('the overlap', () => {
  test('reads before the span again, as far as asked, never before startFrom, and leaves its end', () => {
    const moments = fc.integer({ min: begin, max: begin + 30 * day });
    fc.assert(
      fc.property(spans, fc.nat(5 * day), moments, (span, overlap, startFrom) => {
        const wider = withOverlap(span, overlap, toIso(startFrom));
        const start = toMillis(wider.start);
        expect(wider.end).toBe(span.end);
        expect(start).toBeLessThanOrEqual(toMillis(span.start));
        expect(toMillis(span.start) - start).toBeLessThanOrEqual(overlap);
        // A span that itself begins before startFrom was asked for; it is not made longer.
        expect(start).toBeGreaterThanOrEqual(Math.min(startFrom, toMillis(span.start)));
        if (startFrom <= toMillis(span.start) - overlap) expect(start).toBe(toMillis(span.start) - overlap);
      }),
    );
  });
});

describe('an interval', () => {
  test('holds its begin and not its end', () => {
    const interval = { start: toIso(begin), end: toIso(begin + day) };
    expect([begin - 1, begin, begin + day - 1, begin + day].map((at) => contains(interval, at))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  test('names a time that is none', () => {
    expect(() => toMillis('soon')).toThrow(/"soon".*2026-11-21T05:00:00Z/u);
  });
});

function daysOf(window: { start: string; end: string }): string[] {
  const days: string[] = [];
  const first = Math.floor(toMillis(window.start) / day) * day;
  for (let at = first; at < toMillis(window.end); at += day) days.push(dayName(at));
  return days;
}

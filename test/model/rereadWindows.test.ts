import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contains, toIso, toMillis } from '../../model/interval.js';
import { rereadWindows } from '../../model/rereadWindows.js';

const day = 86_400_000;
const begin = Date.UTC(2026, 0, 1);
const moments = fc.array(fc.nat(200 * day).map((offset) => toIso(begin + offset)));
const late = '2027-01-01T00:00:00.000Z';

test('hold every submission, begin and end on a day that has one, share none, and are no longer than 14 days', () => {
  fc.assert(
    fc.property(moments, (submissions) => {
      const windows = rereadWindows(submissions, late);
      const within = submissions.map(
        (at) => windows.filter((window) => contains(window, toMillis(at))).length,
      );
      expect(within.every((count) => count === 1)).toBe(true);
      for (const { start, end } of windows) {
        expect(toMillis(end) - toMillis(start)).toBeLessThanOrEqual(14 * day);
        const isUsed = (from: number) =>
          submissions.some((at) => contains({ start: toIso(from), end: toIso(from + day) }, toMillis(at)));
        expect([isUsed(toMillis(start)), isUsed(toMillis(end) - day)]).toEqual([true, true]);
      }
    }),
  );
});

test('do not claim what is still to come, and read its day nevertheless', () => {
  const days = ['2026-03-01T10:00:00.000Z', '2026-03-03T10:00:00.000Z'];
  expect(rereadWindows(days, '2026-03-03T09:00:00.000Z')).toEqual([
    { start: '2026-03-01T00:00:00.000Z', end: '2026-03-03T09:00:00.000Z' },
  ]);
  expect(rereadWindows(days, '2026-03-02T23:50:00.000Z')).toEqual([
    { start: '2026-03-01T00:00:00.000Z', end: '2026-03-03T00:00:00.001Z' },
  ]);
  expect(rereadWindows([], late)).toEqual([]);
});

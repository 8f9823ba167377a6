import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { coveredThrough, isCovered, overlaps, stretches } from '../../model/coverage.js';
import type { Interval } from '../../model/interval.js';

const hour = (number: number) => new Date(Date.UTC(2026, 10, 1) + number * 3_600_000).toISOString();
const window = (start: number, end: number): Interval => ({ start: hour(start), end: hour(end) });

describe('what windows cover together', () => {
  test.each([
    { windows: [], from: 0, through: null },
    { windows: [window(0, 1)], from: 0, through: 1 },
    { windows: [window(1, 2), window(0, 1)], from: 0, through: 2 },
    { windows: [window(0, 3), window(1, 2), window(2, 5)], from: 0, through: 5 },
    { windows: [window(0, 1), window(2, 3)], from: 0, through: 1 },
    { windows: [window(1, 2)], from: 0, through: null },
    { windows: [window(0, 1)], from: 1, through: null },
    { windows: [window(-5, 4)], from: 0, through: 4 },
  ])('$windows.length windows, from hour $from: through $through', ({ windows, from, through }) => {
    expect(coveredThrough(hour(from), windows)).toBe(through === null ? null : hour(through));
  });

  test('an interval is covered by several windows together, and by nothing that has a gap', () => {
    expect(isCovered(window(0, 2), [window(1, 3), window(-1, 1)])).toBe(true);
    expect(isCovered(window(0, 3), [window(0, 1), window(2, 3)])).toBe(false);
    expect(isCovered(window(0, 3), [window(0, 2)])).toBe(false);
  });

  test('half-open spans that touch do not overlap', () => {
    expect(overlaps(window(0, 1), window(1, 2))).toBe(false);
    expect(overlaps(window(0, 2), window(1, 3))).toBe(true);
  });

  const some = fc.array(
    fc
      .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 12 }))
      .map(([start, length]) => window(start, start + length)),
    { maxLength: 30 },
  );

  test('order does not matter; stretches are in order, do not touch, and hold exactly the hours of the windows', () => {
    fc.assert(
      fc.property(some, fc.integer({ min: 0, max: 1_000 }), (windows, turn) => {
        const turned = [
          ...windows.slice(turn % (windows.length + 1)),
          ...windows.slice(0, turn % (windows.length + 1)),
        ];
        const found = stretches(windows);
        expect(stretches(turned)).toEqual(found);
        for (const [index, stretch] of found.entries()) {
          const next = found[index + 1];
          if (next !== undefined) expect(stretch.end < next.start).toBe(true);
        }
        for (let at = 0; at < 72; at++) {
          const one = window(at, at + 1);
          const expected = windows.some(({ start, end }) => start <= one.start && end >= one.end);
          expect(found.some(({ start, end }) => start <= one.start && end >= one.end)).toBe(expected);
        }
      }),
    );
  });
});

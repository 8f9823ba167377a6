import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dataIntervals, isReprocessed, maxIntervals, stateOf } from '../../model/backfillPlan.js';

const day = 86_400_000;
const at = (number: number) => new Date(Date.UTC(2026, 0, 1) + number * day).toISOString();
const span = (start: number, end: number) => ({ start: at(start), end: at(end) });

describe('data intervals', () => {
  test('are consecutive, and the last one is as long as what is left', () => {
    expect(dataIntervals(span(0, 2.5), day)).toEqual([span(0, 1), span(1, 2), span(2, 2.5)]);
    expect(dataIntervals(span(0, 365), day)).toHaveLength(365);
    expect(dataIntervals(span(3, 3), day)).toEqual([]);
  });

  test('have no gap and no overlap', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 3_600_000, max: 10 * day }),
        (days, every) => {
          const intervals = dataIntervals(span(0, days / 7), every);
          expect(intervals[0]?.start).toBe(at(0));
          expect(intervals.at(-1)?.end).toBe(at(days / 7));
          for (const [index, { end }] of intervals.slice(0, -1).entries()) {
            expect(intervals[index + 1]?.start).toBe(end);
          }
        },
      ),
    );
  });

  test('are refused when there are too many', () => {
    expect(() => dataIntervals(span(0, maxIntervals + 1), day)).toThrow(/10001 intervals.*choose longer/);
  });
});

describe('the state of an interval', () => {
  test.each([
    { loaded: [span(0, 5)], unfinished: [], state: 'completed' },
    { loaded: [span(0, 1.5), span(1.5, 3)], unfinished: [span(1, 2)], state: 'completed' },
    { loaded: [span(1, 1.5)], unfinished: [span(1.5, 2)], state: 'failed' },
    { loaded: [], unfinished: [span(2, 3)], state: 'none' },
    { loaded: [span(1, 1.5)], unfinished: [], state: 'none' },
  ] as const)('$state', ({ loaded, unfinished, state }) => {
    expect(stateOf(span(1, 2), loaded, unfinished)).toBe(state);
  });

  test.each([
    { behaviour: 'none', loaded: ['none'] },
    { behaviour: 'failed', loaded: ['none', 'failed'] },
    { behaviour: 'completed', loaded: ['none', 'failed', 'completed'] },
  ] as const)('reprocess $behaviour loads $loaded', ({ behaviour, loaded }) => {
    const states = ['none', 'failed', 'completed'] as const;
    expect(states.filter((state) => isReprocessed(state, behaviour))).toEqual(loaded);
  });
});

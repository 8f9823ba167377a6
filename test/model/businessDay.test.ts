import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { businessDayAt, dayToAskAt } from '../../model/businessDay.js';

const at = (moment: string) => Date.parse(moment);

describe('a business day', () => {
  test.each([
    ['in UTC', '2026-11-21T10:00:00Z', 'UTC', '08:00', '2026-11-21', '2026-11-21T08:00:00.000Z'],
    [
      'in New York, winter',
      '2026-11-21T20:00:00Z',
      'America/New_York',
      '08:00',
      '2026-11-21',
      '2026-11-21T13:00:00.000Z',
    ],
    [
      'in New York, summer',
      '2026-07-21T20:00:00Z',
      'America/New_York',
      '08:00',
      '2026-07-21',
      '2026-07-21T12:00:00.000Z',
    ],
    [
      'before it begins: yesterday',
      '2026-11-21T05:00:00Z',
      'Europe/Berlin',
      '08:00',
      '2026-11-20',
      '2026-11-20T07:00:00.000Z',
    ],
    [
      'at its very begin',
      '2026-11-21T07:00:00Z',
      'Europe/Berlin',
      '08:00',
      '2026-11-21',
      '2026-11-21T07:00:00.000Z',
    ],
    [
      'local midnight on the other side of UTC',
      '2026-11-21T13:00:00Z',
      'Pacific/Auckland',
      '00:00',
      '2026-11-22',
      '2026-11-21T11:00:00.000Z',
    ],
    [
      'on the short day',
      '2026-03-29T12:00:00Z',
      'Europe/Berlin',
      '00:00',
      '2026-03-29',
      '2026-03-28T23:00:00.000Z',
    ],
    [
      'on the long day',
      '2026-10-25T12:00:00Z',
      'Europe/Berlin',
      '00:00',
      '2026-10-25',
      '2026-10-24T22:00:00.000Z',
    ],
    [
      'begins after the gap that skips its begin',
      '2026-03-29T12:00:00Z',
      'Europe/Berlin',
      '02:30',
      '2026-03-29',
      '2026-03-29T01:00:00.000Z',
    ],
    [
      'begins with the first of two equal times',
      '2026-10-25T12:00:00Z',
      'Europe/Berlin',
      '02:30',
      '2026-10-25',
      '2026-10-25T00:30:00.000Z',
    ],
    [
      'where midnight itself is skipped',
      '2026-03-08T20:00:00Z',
      'America/Havana',
      '00:00',
      '2026-03-08',
      '2026-03-08T05:00:00.000Z',
    ],
    [
      'where half an hour is skipped',
      '2026-10-04T10:00:00Z',
      'Australia/Lord_Howe',
      '02:15',
      '2026-10-04',
      '2026-10-03T15:30:00.000Z',
    ],
  ])('%s', (_, moment, zone, dayStart, day, start) => {
    expect(businessDayAt(at(moment), zone, dayStart)).toEqual({
      day,
      window: { start, end: new Date(at(moment)).toISOString() },
    });
  });

  test('has begun, and no more than 25 hours ago; its date is that of its begin', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: at('2024-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') }),
        fc.constantFrom(
          'UTC',
          'Europe/Berlin',
          'America/New_York',
          'Asia/Kathmandu',
          'Australia/Lord_Howe',
          'America/Havana',
        ),
        fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 })),
        (moment, zone, [hour, minute]) => {
          const dayStart = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
          const { day, window } = businessDayAt(moment, zone, dayStart);
          const begin = Date.parse(window.start);
          expect(begin).toBeLessThanOrEqual(moment);
          expect(moment - begin).toBeLessThanOrEqual(25 * 3_600_000);
          expect(DateTime.fromMillis(begin, { zone }).toISODate()).toBe(day);
          // All of one day share one begin.
          expect(businessDayAt(begin, zone, dayStart)).toMatchObject({
            day,
            window: { start: window.start },
          });
        },
      ),
    );
  });
});

describe('the day to ask about', () => {
  test.each([
    ['in the day', '2026-11-21T10:15:00.000Z', 'UTC', '00:00', '2026-11-21', '2026-11-21T00:00:00.000Z'],
    [
      'a moment after its begin',
      '2026-11-21T07:00:00.001Z',
      'Europe/Berlin',
      '08:00',
      '2026-11-21',
      '2026-11-21T07:00:00.000Z',
    ],
    [
      'at its begin: the day before, whole',
      '2026-11-21T07:00:00.000Z',
      'Europe/Berlin',
      '08:00',
      '2026-11-20',
      '2026-11-20T07:00:00.000Z',
    ],
    [
      'at midnight after the long day',
      '2026-10-25T23:00:00.000Z',
      'Europe/Berlin',
      '00:00',
      '2026-10-25',
      '2026-10-24T22:00:00.000Z',
    ],
    [
      'at midnight after the short day',
      '2026-03-29T22:00:00.000Z',
      'Europe/Berlin',
      '00:00',
      '2026-03-29',
      '2026-03-28T23:00:00.000Z',
    ],
  ])('%s', (_, moment, zone, dayStart, day, start) => {
    expect(dayToAskAt(at(moment), zone, dayStart)).toEqual({ day, window: { start, end: moment } });
  });
});

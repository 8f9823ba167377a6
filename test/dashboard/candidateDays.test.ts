import { describe, expect, it } from 'vitest';
import { candidateDays } from '../../dashboard/candidateDays.js';
import { businessDayAt } from '../../model/businessDay.js';

describe('days that may be the newest', () => {
  it.each([
    ['2026-03-01T12:00:00Z', '00:00', ['2026-03-01', '2026-02-28']],
    ['2026-03-01T06:59:59Z', '08:00', ['2026-02-28', '2026-02-27']],
    ['2026-03-01T07:00:00Z', '08:00', ['2026-03-01', '2026-02-28']],
  ])('at %s, when days begin at %s in Berlin, are %j', (moment, dayStart, expected) => {
    const berlin = { timeZone: 'Europe/Berlin', dayStart };
    expect(candidateDays(berlin, Date.parse(moment))).toEqual(expected);
  });

  it.each(['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'UTC'])(
    'have that of %s among them where no zone is known',
    (zone) => {
      for (let hour = 0; hour < 24; hour += 1) {
        const millis = Date.UTC(2026, 10, 20, hour);
        expect(candidateDays(null, millis)).toContain(businessDayAt(millis, zone, '00:00').day);
      }
    },
  );
});

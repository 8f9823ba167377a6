import { expect, test } from 'vitest';
import { vendorTime } from '../../../sources/http/transport.js';

const now = Date.parse('2026-11-21T05:00:00.700Z');

test.each([
  { header: undefined, expected: '2026-11-21T05:00:00.700Z', why: 'no header' },
  { header: 'yesterday', expected: '2026-11-21T05:00:00.700Z', why: 'no date' },
  { header: 'Sat, 21 Nov 2026 05:00:00 GMT', expected: '2026-11-21T05:00:00.700Z', why: 'the same second' },
  { header: 'Sat, 21 Nov 2026 05:00:02 GMT', expected: '2026-11-21T05:00:00.700Z', why: 'within tolerance' },
  {
    header: 'Sat, 21 Nov 2026 04:48:00 GMT',
    expected: '2026-11-21T04:48:00.000Z',
    why: 'our clock runs ahead',
  },
  {
    header: 'Sat, 21 Nov 2026 05:12:00 GMT',
    expected: '2026-11-21T05:12:00.000Z',
    why: 'our clock runs late',
  },
])('the time of an answer: $why', ({ header, expected }) => {
  expect(vendorTime(header, now)).toBe(expected);
});

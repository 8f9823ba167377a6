/** What no warehouse takes is refused where it is read, while the page can still go to quarantine. */
import { expect, test } from 'vitest';
import { instant } from '../../../sources/genesys/published/fields.js';
import { evaluationSchema } from '../../../sources/genesys/published/schemas.js';
import { withQuery } from '../../../sources/http/apiRequest.js';
import { id, moment } from '../../../sources/rows/fields.js';

test.each(['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+01:00', '9999-12-31T23:59:59-01:00'])(
  '%s is a time that no warehouse takes',
  (text) => {
    expect(moment.safeParse(text).error?.issues[0]?.message).toContain('years 1 to 9999');
    expect(instant.safeParse(text).error?.issues[0]?.message).toContain('years 1 to 9999');
  },
);

test.each(['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '2026-09-01T10:00:00+02:00'])(
  '%s is a time',
  (text) => {
    expect(moment.safeParse(text).success).toBe(true);
    expect(instant.safeParse(text).success).toBe(true);
  },
);

test('half a character is no part of an id, and of a token it can be asked for all the same', () => {
  expect(id.safeParse('a\uD83D').success).toBe(false);
  expect(id.safeParse('a\u{1F600}').success).toBe(true);
  expect(withQuery({ path: '/list', query: { pageToken: 'a\uD83D' } })).toBe('/list?pageToken=a%EF%BF%BD');
});

test('what is counted is whole, as the columns are', () => {
  expect(
    evaluationSchema.safeParse({ id: 'e-1', status: 'FINISHED', disputeCount: 1e21 }).error?.issues,
  ).toMatchObject([{ path: ['disputeCount'] }]);
});

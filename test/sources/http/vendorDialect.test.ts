import { expect, test } from 'vitest';
import { genesysDialect, readRetryAfter, remainingDialect } from '../../../sources/http/vendorDialect.js';

const guide = remainingDialect('Guide');

test.each([
  [
    genesysDialect,
    { 'inin-ratelimit-count': '1', 'inin-ratelimit-allowed': '180', 'inin-ratelimit-reset': '61' },
    [180, 1, undefined, 61],
  ],
  [
    guide,
    { 'x-ratelimit-limit': '300', 'x-ratelimit-remaining': '12', 'x-ratelimit-reset': '9' },
    [300, undefined, 12, 9],
  ],
  [guide, { 'x-ratelimit-remaining': '12' }, [undefined, undefined, 12, undefined]],
  [genesysDialect, { 'inin-ratelimit-count': 'many' }, undefined],
  [genesysDialect, { 'inin-ratelimit-allowed': '300' }, undefined],
  [guide, {}, undefined],
])('limits %#', (dialect, headers, expected) => {
  const limits = dialect.readLimits(headers, 200);
  expect(limits && [limits.allowed, limits.used, limits.remaining, limits.resetSeconds]).toEqual(expected);
});

test('a reset given as a moment becomes seconds', () => {
  const at = Math.floor(Date.now() / 1000) + 30;
  const seconds = guide.readLimits({ 'x-ratelimit-reset': String(at) }, 200)?.resetSeconds;
  expect(seconds).toBeGreaterThan(27);
  expect(seconds).toBeLessThanOrEqual(30);
});

test.each([
  ['12', 12],
  ['0', 0],
  ['Sat, 21 Nov 2026 07:00:30 GMT', 30],
  ['Sat, 21 Nov 2026 06:00:00 GMT', 0],
  ['soon', undefined],
])('Retry-After %s', (text, seconds) =>
  expect(readRetryAfter({ 'retry-after': text }, Date.parse('2026-11-21T07:00:00Z'))).toBe(seconds),
);

test.each([
  [{ code: 'a', message: 'b' }, ['a', 'b', undefined]],
  [{ error: 'invalid_client', error_description: 'no' }, ['invalid_client', 'no', undefined]],
  [
    { message: 'needs quality:survey:view here' },
    [undefined, 'needs quality:survey:view here', 'quality:survey:view'],
  ],
  [
    { message: 'lacks the scope division:read' },
    [undefined, 'lacks the scope division:read', 'division:read'],
  ],
  [
    { message: 'failed at 12:30, see https://a.example' },
    [undefined, 'failed at 12:30, see https://a.example', undefined],
  ],
  ['text', [undefined, undefined, undefined]],
  [undefined, [undefined, undefined, undefined]],
])('error body %j', (body, expected) => {
  const said = genesysDialect.readError(body);
  expect([said.code, said.message, said.missingPermission]).toEqual(expected);
});

import { expect, test } from 'vitest';
import { errorKinds, TidemarkError, type ErrorKind } from '../../model/errors.js';

const kinds = Object.keys(errorKinds) as ErrorKind[];

test('only what can pass by itself is tried again', () => {
  const retryable = kinds.filter((kind) => errorKinds[kind].retryable);
  expect(retryable.sort()).toEqual(['RateLimited', 'UpstreamUnavailable', 'WarehouseUnavailable']);
});

test('only a used-up allowance is nothing to be told of', () => {
  expect(kinds.filter((kind) => errorKinds[kind].benign)).toEqual(['RateLimited']);
});

test('an error says what happened, where the vendor finds it, and what to do', () => {
  const cause = new Error('socket hang up');
  const error = new TidemarkError('UpstreamUnavailable', 'GET /forms answered 503.', {
    remedy: 'It is tried again.',
    correlationId: 'c-17',
    status: 503,
    retryAfterSeconds: 12,
    cause,
  });
  expect(error.message).toBe('GET /forms answered 503. [correlation id c-17] It is tried again.');
  expect(error).toMatchObject({ kind: 'UpstreamUnavailable', status: 503, retryAfterSeconds: 12, cause });
});

test('an error without context says no more than it knows', () => {
  const error = new TidemarkError('LoadRefused', 'Two rows have one key.');
  expect(error.message).toBe('Two rows have one key.');
  expect('cause' in error).toBe(false);
  expect(error.name).toBe('TidemarkError');
});

/** What a wrong input may come to: an error of the one taxonomy that tells people where and what to do. */
import { expect } from 'vitest';
import { TidemarkError, type ErrorKind } from '../../../model/errors.js';

/** Words of the machinery, which tell people nothing. */
const leaks =
  /\bZodError\b|\bTypeError\b|\bRangeError\b|\bReferenceError\b|\[object |Cannot read prop|is not a function|is not iterable|Maximum call stack|Invalid time value|\bat .*:\d+:\d+\)/u;

/** Fails unless the error is one of these kinds and reads like one. */
export function expectTidemarkError(error: unknown, kinds: readonly ErrorKind[]): TidemarkError {
  if (!(error instanceof TidemarkError)) throw new Error('no TidemarkError', { cause: error });
  expect(kinds, error.message).toContain(error.kind);
  expect(error.message).not.toMatch(leaks);
  expect(error.message.length, 'a message that nobody can read').toBeLessThan(20_000);
  return error;
}

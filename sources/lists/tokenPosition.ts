/**
 * Positions in a list whose pages name each the next. A list that leads back to a page it has shown would be read for
 * ever, and no position can hold all tokens before it: one of them is enough, replaced after 1, 2, 4, 8, ... pages, to
 * be met again wherever a list goes round.
 */
import { TidemarkError } from '../../model/errors.js';
import type { Cursor } from '../source.js';

export interface TokenPosition {
  /** Where the list goes on, in the source's own words; null at its begin. */
  token: string | null;
  /** From 1. */
  page: number;
  /** A token before this one; null where there is none. */
  mark: string | null;
}

export const listBegin: TokenPosition = { token: null, page: 1, mark: null };

export const tokenPosition = ({ token, page, mark }: Cursor): TokenPosition => ({
  token: typeof token === 'string' ? token : null,
  page: typeof page === 'number' ? page : 1,
  mark: typeof mark === 'string' ? mark : null,
});

export const leadsBack = ({ token, mark }: TokenPosition, next: string): boolean =>
  next === token || next === mark;

/** @throws TidemarkError SchemaMismatch where a page leads back: reading on would never end. */
export function onTo(position: TokenPosition, next: string): TokenPosition {
  if (leadsBack(position, next)) {
    throw new TidemarkError('SchemaMismatch', 'A page names one as the next that has been read.', {
      remedy: 'Nothing of it was kept; report it to whoever runs the API.',
    });
  }
  const { page, mark } = position;
  return { token: next, page: page + 1, mark: isPowerOfTwo(page) ? next : mark };
}

const isPowerOfTwo = (number: number): boolean => Number.isInteger(Math.log2(number));

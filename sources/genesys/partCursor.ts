/** Positions in windows that are read by conversation details, in parts: an interval is at most a week long. */
import { toIso, toMillis, type Interval } from '../../model/interval.js';
import type { Cursor } from '../source.js';

const longestPartMillis = 7 * 86_400_000;
/** The most that both contracts take. */
export const conversationPageSize = 100;

export interface PartPosition {
  /** Begin of the part, epoch milliseconds; null at the begin of the window. */
  from: number | null;
  /** From 1. */
  page: number;
}

export const firstPart: Cursor = { from: null, page: 1 };

export const partPosition = ({ from, page }: Cursor): PartPosition => ({
  from: typeof from === 'number' ? from : null,
  page: typeof page === 'number' ? page : 1,
});

/** The part of the window that a position is in. */
export function partOf(window: Interval, { from }: PartPosition): Interval {
  const start = from ?? toMillis(window.start);
  return { start: toIso(start), end: toIso(Math.min(start + longestPartMillis, toMillis(window.end))) };
}

/** Behind a page: the next of its part, or, at the end of it, the next part. */
export function nextPart(window: Interval, position: PartPosition, after: 'more' | 'end'): Cursor | null {
  const { from, page } = position;
  if (after === 'more') return { from, page: page + 1 };
  const { end } = partOf(window, position);
  return toMillis(end) >= toMillis(window.end) ? null : { from: toMillis(end), page: 1 };
}

/**
 * Behind a page as it came, usable or not. Past the last page there are no conversations; a page without any that is
 * not behind all hits is a short one.
 */
export function behindPage(window: Interval, position: PartPosition, body: unknown): Cursor | null {
  const { conversations, totalHits } = (body ?? {}) as { conversations?: unknown; totalHits?: unknown };
  const hits = typeof totalHits === 'number' ? totalHits : 0;
  const isEmpty = !Array.isArray(conversations) || conversations.length === 0;
  const isEnd = isEmpty && position.page * conversationPageSize >= hits;
  return nextPart(window, position, isEnd ? 'end' : 'more');
}

export function describePart(cursor: Cursor): string {
  const { from, page } = partPosition(cursor);
  const start = from === null ? '' : ` from ${toIso(from)}`;
  return `conversations that started${start === '' ? ' in the window' : start}, page ${page}`;
}

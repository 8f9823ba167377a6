/**
 * Positions in windows that are read by conversation details, from the end of the window to its begin and in parts: an
 * interval is at most a week long. Numbers of pages lead on only where nothing else does: conversations leave the filter
 * while it is read (an evaluation that is disputed is no longer finished), and all behind them would move up and be
 * skipped.
 */
import { toIso, toMillis, type Interval } from '../../model/interval.js';
import type { Cursor } from '../source.js';
import { readableDate } from './readableDate.js';

const dayMillis = 86_400_000;
const longestPartMillis = 7 * dayMillis;
/** The most that both contracts take. */
export const conversationPageSize = 100;

/** What a contract says of the order of conversations: the latest start first, where it can be asked for. */
export type ConversationOrder = 'latestFirst' | 'none';

export interface PartPosition {
  /** End of the part, epoch milliseconds; null at the end of the window. */
  until: number | null;
  /** Milliseconds that the part is long, unless the window begins in it. */
  length: number;
  /** From 1. */
  page: number;
}

export const firstPart: Cursor = { until: null, length: longestPartMillis, page: 1 };

export const partPosition = ({ until, length, page }: Cursor): PartPosition => ({
  until: typeof until === 'number' ? until : null,
  length: typeof length === 'number' ? length : longestPartMillis,
  page: typeof page === 'number' ? page : 1,
});

/** The part of the window that a position is in. */
export function partOf(window: Interval, { until, length }: PartPosition): Interval {
  const end = until ?? toMillis(window.end);
  return { start: toIso(Math.max(end - length, toMillis(window.start))), end: toIso(end) };
}

/** When the conversations of a page started, in their order; only those that say so. */
export function startsIn(body: unknown): number[] {
  return conversationsIn(body).flatMap((each) => readableDate(each, 'conversationStart') ?? []);
}

/**
 * Behind a page as it came, usable or not. A part is read when a page that is not full is behind all hits; they count
 * conversations, too, that the client is not shown.
 */
export function behindPage(
  window: Interval,
  position: PartPosition,
  body: unknown,
  order: ConversationOrder,
): Cursor | null {
  const { length, page } = position;
  const part = partOf(window, position);
  const [start, end] = [toMillis(part.start), toMillis(part.end)];
  const count = conversationsIn(body).length;
  if (count < conversationPageSize && hitsIn(body) <= page * conversationPageSize) {
    if (start <= toMillis(window.start)) return null;
    // A part that was halved for a busy time need not stay short.
    const isSparse = count <= conversationPageSize / 2;
    return { until: start, length: isSparse ? Math.min(2 * length, longestPartMillis) : length, page: 1 };
  }
  if (order === 'none') {
    if (count > 0 && end - start > 1) return { until: end, length: Math.ceil((end - start) / 2), page: 1 };
  } else {
    // An interval also finds what began earlier on its first day.
    const earliest = Math.floor(start / dayMillis) * dayMillis;
    const last = Math.min(...startsIn(body).filter((each) => each >= earliest && each < end));
    // Another conversation may have started in the same millisecond.
    const rest = Math.max(last + 1, start);
    if (rest <= toMillis(window.start)) return null;
    if (rest < end) return { until: rest, length, page: 1 };
  }
  // More than a page in one millisecond, or nothing on this one to go on from.
  return { ...position, page: page + 1 };
}

function conversationsIn(body: unknown): readonly unknown[] {
  const { conversations } = (body ?? {}) as { conversations?: unknown };
  return Array.isArray(conversations) ? conversations : [];
}

function hitsIn(body: unknown): number {
  const { totalHits } = (body ?? {}) as { totalHits?: unknown };
  return typeof totalHits === 'number' ? totalHits : 0;
}

export function describePart(cursor: Cursor): string {
  const { until, page } = partPosition(cursor);
  const end = until === null ? 'in the window' : `before ${toIso(until)}`;
  return `conversations that started ${end}, page ${page}`;
}

/** Splitting a span into the windows that are loaded and marked one by one. */
import { toIso, toMillis, type Interval } from './interval.js';

export interface WindowLimits {
  /** Longest window in milliseconds. */
  maxMillis: number;
  /** Records that a window should hold at most, by the source's own count. */
  maxRecords: number;
}

const day = 86_400_000;

/** More than this many windows would not fit into the state of one workflow. */
const mostWindows = 10_000;

/**
 * Cuts [start, end) into consecutive windows without gap or overlap; throws RangeError when there would be too many.
 * With counts by UTC day, windows grow until they would hold more than `maxRecords`; a single day is never cut.
 * Counts are an estimate: a wrong one changes the size of windows, never what is in them.
 */
export function planWindows(
  span: Interval,
  limits: WindowLimits,
  countByDay: readonly { day: string; records: number }[] | null,
): Interval[] {
  const end = toMillis(span.end);
  const counts = countByDay === null ? null : new Map(countByDay.map((each) => [each.day, each.records]));
  const windows: Interval[] = [];
  let start = toMillis(span.start);
  while (start < end) {
    const latest = Math.min(end, start + limits.maxMillis);
    const stop = counts === null ? latest : growByCount(start, latest, limits.maxRecords, counts);
    windows.push({ start: toIso(start), end: toIso(stop) });
    if (windows.length > mostWindows) {
      throw new RangeError(`${span.start} to ${span.end} has more than ${mostWindows} windows`);
    }
    start = stop;
  }
  return windows;
}

function growByCount(start: number, latest: number, maxRecords: number, counts: Map<string, number>): number {
  let stop = start;
  let records = 0;
  while (stop < latest) {
    const midnight = Math.min(latest, nextMidnight(stop));
    const dayCount = counts.get(toIso(stop).slice(0, 10)) ?? 0;
    if (stop > start && records + dayCount > maxRecords) return stop;
    records += dayCount;
    stop = midnight;
  }
  return stop;
}

function nextMidnight(millis: number): number {
  return (Math.floor(millis / day) + 1) * day;
}

/** The part of a span that lies before the mark again, so that what the source indexed late is not missed. */
export function withOverlap(span: Interval, overlapMillis: number, notBefore: string): Interval {
  const start = Math.max(
    toMillis(span.start) - overlapMillis,
    Math.min(toMillis(notBefore), toMillis(span.start)),
  );
  return { start: toIso(start), end: span.end };
}

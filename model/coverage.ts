/** What windows that were loaded completely cover together. They come in any order and may overlap. */
import { toIso, toMillis, type Interval } from './interval.js';

/** The windows as stretches without gaps between them, in order. */
export function stretches(windows: readonly Interval[]): Interval[] {
  const sorted = windows
    .map(({ start, end }) => ({ start: toMillis(start), end: toMillis(end) }))
    .filter(({ start, end }) => end > start)
    .sort((a, b) => a.start - b.start);
  const merged: { start: number; end: number }[] = [];
  for (const window of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && window.start <= last.end) last.end = Math.max(last.end, window.end);
    else merged.push({ ...window });
  }
  return merged.map(({ start, end }) => ({ start: toIso(start), end: toIso(end) }));
}

/** How far everything from a moment on is covered without a gap; null when not even that moment is. */
export function coveredThrough(from: string, windows: readonly Interval[]): string | null {
  const begin = toMillis(from);
  const stretch = stretches(windows).find(
    ({ start, end }) => toMillis(start) <= begin && toMillis(end) > begin,
  );
  return stretch?.end ?? null;
}

export function isCovered(interval: Interval, windows: readonly Interval[]): boolean {
  const through = coveredThrough(interval.start, windows);
  return through !== null && toMillis(through) >= toMillis(interval.end);
}

export function overlaps(a: Interval, b: Interval): boolean {
  return toMillis(a.start) < toMillis(b.end) && toMillis(b.start) < toMillis(a.end);
}

import { toIso, type Interval } from './interval.js';

const hour = 3_600_000;
const day = 24 * hour;

/** The last whole UTC days; the newest ended an hour ago or earlier, as sources index late. */
export function lastDays(days: number, now: number): Interval {
  const end = Math.floor((now - hour) / day) * day;
  return { start: toIso(end - days * day), end: toIso(end) };
}

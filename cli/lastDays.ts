import { toIso, type Interval } from '../model/interval.js';

const hour = 3_600_000;
const day = 24 * hour;

/** The last whole UTC days; the newest ended an hour ago or earlier, as sources index late. */
export function lastDays(days: number, now: number = Date.now()): Interval {
  const end = Math.floor((now - hour) / day) * day;
  return { start: toIso(end - days * day), end: toIso(end) };
}

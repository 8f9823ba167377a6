/** Windows in which evaluations are read again that cannot be read by id. Pure. */
import { toIso, toMillis, type Interval } from './interval.js';

const day = 86_400_000;
/** What vendors advise for days that are long past. */
const longestDays = 14;

/**
 * Whole UTC days that hold all submissions, as few and short windows as are no longer than 14 days.
 * @param submissions moments, ISO 8601, in any order
 * @param until no window claims to be complete beyond it, ISO 8601 UTC; its days are read nevertheless
 */
export function rereadWindows(submissions: readonly string[], until: string): Interval[] {
  const days = [...new Set(submissions.map((iso) => Math.floor(toMillis(iso) / day)))].sort((a, b) => a - b);
  const windows: { first: number; last: number }[] = [];
  for (const number of days) {
    const open = windows.at(-1);
    if (open === undefined || number - open.first >= longestDays)
      windows.push({ first: number, last: number });
    else open.last = number;
  }
  return windows.map(({ first, last }) => {
    const end = Math.min((last + 1) * day, Math.max(toMillis(until), last * day + 1));
    return { start: toIso(first * day), end: toIso(end) };
  });
}

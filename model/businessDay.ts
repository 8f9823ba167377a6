/** Business days: days that begin at a local time of day in a time zone, whatever its clocks do. */
import { DateTime } from 'luxon';
import type { Interval } from './interval.js';
import { toIso } from './interval.js';

export interface BusinessDay {
  /** Local date on which it began, YYYY-MM-DD. */
  day: string;
  /** From its begin until the moment asked about, UTC. */
  window: Interval;
}

/**
 * The business day that a moment belongs to, and the part of it that is over.
 * Where the clocks skip the time at which it would begin, it begins with the first moment after the gap; where that
 * time comes twice, with the first of the two.
 * @param at milliseconds since the epoch
 * @param timeZone of the IANA database
 * @param dayStart local time of day, HH:MM
 */
export function businessDayAt(at: number, timeZone: string, dayStart: string): BusinessDay {
  const local = DateTime.fromMillis(at, { zone: timeZone });
  const today = beginOf(local, dayStart);
  const begin = today.toMillis() <= at ? today : beginOf(local.minus({ days: 1 }), dayStart);
  return { day: begin.toISODate() ?? '', window: { start: toIso(begin.toMillis()), end: toIso(at) } };
}

/** The business day to ask about: at the very begin of one that is the day before, which has ended. */
export function dayToAskAt(at: number, timeZone: string, dayStart: string): BusinessDay {
  const begun = businessDayAt(at, timeZone, dayStart);
  if (begun.window.start !== begun.window.end) return begun;
  const { day, window } = businessDayAt(at - 1, timeZone, dayStart);
  return { day, window: { start: window.start, end: begun.window.end } };
}

function beginOf(day: DateTime, dayStart: string): DateTime {
  const [hour = 0, minute = 0] = dayStart.split(':').map(Number);
  const { year, month, day: date } = day;
  const wanted = DateTime.fromObject({ year, month, day: date, hour, minute }, { zone: day.zone });
  const [first = wanted] = wanted.getPossibleOffsets();
  if (first.hour === hour && first.minute === minute) return first;
  // Inside a gap: an hour (or what the clocks skip) later than wanted. The gap ends where the offset changes.
  return endOfGap(first);
}

/** The moment at which the offset became what it is; at most a day before. */
function endOfGap(after: DateTime): DateTime {
  let early = after.minus({ hours: 24 }).toMillis();
  let late = after.toMillis();
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2);
    if (DateTime.fromMillis(middle, { zone: after.zone }).offset === after.offset) late = middle;
    else early = middle;
  }
  return DateTime.fromMillis(late, { zone: after.zone });
}

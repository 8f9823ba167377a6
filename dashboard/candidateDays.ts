/** Which business days may be the newest that there are readings of. */
import { businessDayAt } from '../model/businessDay.js';

/** Where and when business days begin. */
export interface BusinessDays {
  /** IANA name, e.g. Europe/Berlin. */
  timeZone: string;
  /** Local time of day, HH:MM. */
  dayStart: string;
}

/**
 * Days whose readings may be the newest, the latest first: until the first poll of a new day, the last one is what
 * there is to show. Where nobody knows the zone, any day that it is somewhere now.
 * @param at milliseconds since the epoch
 */
export function candidateDays(days: BusinessDays | null, at: number): string[] {
  const { timeZone, dayStart } = days ?? { timeZone: 'Pacific/Kiritimati', dayStart: '00:00' };
  const today = businessDayAt(at, timeZone, dayStart).day;
  const yesterday = dayBefore(today);
  return days === null ? [today, yesterday, dayBefore(yesterday)] : [today, yesterday];
}

const dayBefore = (day: string) => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);

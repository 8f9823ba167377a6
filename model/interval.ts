/** Half-open data intervals [start, end) in UTC, as ISO 8601 text so that they travel through workflow state. */
export interface Interval {
  /** Inclusive begin, ISO 8601 with milliseconds and Z. */
  start: string;
  /** Exclusive end, ISO 8601 with milliseconds and Z. */
  end: string;
}

/** Parses ISO 8601 text; throws RangeError naming the value when it is no date. */
export function toMillis(iso: string): number {
  const millis = Date.parse(iso);
  if (Number.isNaN(millis))
    throw new RangeError(`"${iso}" is not an ISO 8601 time; write for instance 2026-11-21T05:00:00Z`);
  return millis;
}

export function toIso(millis: number): string {
  return new Date(millis).toISOString();
}

export function isEmpty(interval: Interval): boolean {
  return toMillis(interval.end) <= toMillis(interval.start);
}

export function contains(interval: Interval, millis: number): boolean {
  return millis >= toMillis(interval.start) && millis < toMillis(interval.end);
}

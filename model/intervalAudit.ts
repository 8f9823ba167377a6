/**
 * What became of the data intervals that a schedule should have loaded. Everything is compared by sorting and sweeping:
 * a year of quarter hours is 35,040 intervals, against as many windows. Times are milliseconds since the epoch.
 */
import { toIso, toMillis, type Interval } from './interval.js';

/** The times of a stream's schedule, which are whole multiples of `everyMillis` since the epoch, as Temporal's are. */
export interface IntervalSchedule {
  everyMillis: number;
  /** A run ends this long before its nominal time. */
  safetyLagMillis: number;
  /** Nothing before it is asked for, ISO 8601 UTC. */
  startFrom: string;
}

/**
 * `loaded`: complete windows cover it; `late`: they do, but the last one needed was committed more than one interval
 * after the nominal time; `failed`: not covered, and an attempt at it ended badly; `pending`: not covered, and what is
 * missing of it is under way, or the nominal time is less than one interval ago; `missed`: not covered, and nobody tried.
 */
export const intervalStates = ['loaded', 'late', 'failed', 'missed', 'pending'] as const;
export type AuditedState = (typeof intervalStates)[number];

/** A run that was due, and what it was to load: [start, end). */
export interface DueInterval {
  nominalAt: number;
  start: number;
  end: number;
}

export interface AuditedInterval extends DueInterval {
  state: AuditedState;
}

/** An attempt at a data interval that has ended, as interval_runs tells of it. */
export interface Attempt {
  start: number;
  end: number;
  /** How far it came; null when nothing is known to be loaded. */
  loadedThrough: number | null;
  state: string;
  endedAt: number;
  message: string | null;
}

/**
 * What a run that has not ended loads. A run of the schedule has no `end`: no other is started meanwhile, and the one
 * after it takes up whatever has come due.
 */
export interface SpanUnderWay {
  start: string;
  end: string | null;
}

/** More than that are not audited at once. */
export const maxAuditedIntervals = 500_000;

/**
 * The runs that were due until now for data of a span, and what each was to load. Together they are the span from
 * startFrom to what the last of them covers, without gap or overlap. Throws RangeError when there are too many.
 */
export function dueIntervals(schedule: IntervalSchedule, span: Interval, now: number): DueInterval[] {
  const { everyMillis: every, safetyLagMillis: lag } = schedule;
  const from = Math.max(toMillis(span.start), toMillis(schedule.startFrom));
  const to = toMillis(span.end);
  const first = (Math.floor((from + lag) / every) + 1) * every;
  const last = Math.min(Math.floor(now / every), Math.ceil((to + lag) / every)) * every;
  const count = from < to && first <= last ? (last - first) / every + 1 : 0;
  if (count > maxAuditedIntervals) {
    throw new RangeError(
      `${span.start} to ${span.end} has ${count} intervals; one audit looks at ${maxAuditedIntervals}: choose a ` +
        'shorter span.',
    );
  }
  return Array.from({ length: count }, (_, index) => {
    const nominalAt = first + index * every;
    return {
      nominalAt,
      start: Math.max(from, nominalAt - every - lag),
      end: Math.min(to, nominalAt - lag),
    };
  });
}

/** The newest runs that were due; fewer where the stream begins later. */
export function lastDueIntervals(schedule: IntervalSchedule, count: number, now: number): DueInterval[] {
  const { everyMillis: every, safetyLagMillis: lag } = schedule;
  const end = Math.floor(now / every) * every - lag;
  return dueIntervals(schedule, { start: toIso(end - count * every), end: toIso(end) }, now);
}

/**
 * Judges due intervals, which are in order and do not overlap, by windows loaded completely, attempts that ended, and
 * what is under way.
 */
export function auditIntervals(
  due: readonly DueInterval[],
  seen: {
    everyMillis: number;
    windows: readonly (Interval & { loadedAt: string })[];
    attempts: readonly Attempt[];
    underWay?: readonly SpanUnderWay[];
    now: number;
  },
): AuditedInterval[] {
  const coveredAt = createCoverage(seen.windows);
  const isTried = createTried(seen.attempts);
  const isUnderWay = createUnderWay(seen);
  return due.map((interval) => {
    const { nominalAt } = interval;
    const at = coveredAt(interval);
    const tried = isTried(interval);
    let state: AuditedState = at - nominalAt > seen.everyMillis ? 'late' : 'loaded';
    if (at === Infinity) {
      const isNew = seen.now - nominalAt < seen.everyMillis;
      state = isNew || isUnderWay(interval) ? 'pending' : 'missed';
      // Also while another is under way: where each of them fails at once, an audit by a schedule always meets one.
      if (tried) state = 'failed';
    }
    return { ...interval, state };
  });
}

export function countStates(audited: readonly AuditedInterval[]): Record<AuditedState, number> {
  const counts = { loaded: 0, late: 0, failed: 0, missed: 0, pending: 0 };
  for (const { state } of audited) counts[state] += 1;
  return counts;
}

/** An attempt of interval_runs as the audit wants it. */
export function toAttempt(row: {
  interval_start: string;
  interval_end: string;
  state: string;
  loaded_through: string | null;
  ended_at: string;
  message: string | null;
}): Attempt {
  return {
    start: toMillis(row.interval_start),
    end: toMillis(row.interval_end),
    loadedThrough: row.loaded_through === null ? null : toMillis(row.loaded_through),
    state: row.state,
    endedAt: toMillis(row.ended_at),
    message: row.message,
  };
}

/** What an attempt that ended badly left undone; empty when it ended well. */
export function leftUndone({ start, end, loadedThrough, state }: Attempt): { start: number; end: number } {
  if (state === 'completed') return { start: end, end };
  // Quarantined pages may lie anywhere in it.
  const from = state === 'quarantined' ? start : Math.max(start, loadedThrough ?? start);
  return { start: from, end };
}

/** The same of many; those that ended well are not among it. */
export const undoneBy = (attempts: readonly Attempt[]): { start: number; end: number }[] =>
  attempts.map(leftUndone).filter(({ start, end }) => end > start);

/**
 * Tells since when an interval is covered; Infinity when it is not. A stretch is covered since the first window over it
 * was committed, an interval since the last of its stretches was. To be asked in the order of the intervals.
 */
function createCoverage(
  windows: readonly (Interval & { loadedAt: string })[],
): (interval: DueInterval) => number {
  const loads = windows
    .map(({ start, end, loadedAt }) => ({
      start: toMillis(start),
      end: toMillis(end),
      loadedAt: toMillis(loadedAt),
    }))
    .filter(({ start, end }) => end > start)
    .sort((a, b) => a.loadedAt - b.loadedAt);
  const edges = [...new Set(loads.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b);
  const places = new Map(edges.map((edge, place) => [edge, place]));
  const place = (edge: number) => places.get(edge) ?? 0;
  // One stretch from each edge to the next; the earliest window takes it, and later ones skip what is taken.
  const since = new Float64Array(edges.length).fill(Infinity);
  const free = new Int32Array(edges.length + 1).map((_, index) => index);
  for (const { start, end, loadedAt } of loads) {
    const stop = place(end);
    for (let stretch = firstFree(free, place(start)); stretch < stop; stretch = firstFree(free, stretch)) {
      since[stretch] = loadedAt;
      free[stretch] = stretch + 1;
    }
  }

  let at = 0;
  return ({ start, end }) => {
    while (at + 1 < edges.length && (edges[at + 1] ?? 0) <= start) at += 1;
    if (edges.length === 0 || (edges[at] ?? 0) > start || (edges.at(-1) ?? 0) < end) return Infinity;
    let latest = -Infinity;
    for (let stretch = at; (edges[stretch] ?? Infinity) < end; stretch += 1) {
      latest = Math.max(latest, since[stretch] ?? Infinity);
    }
    return latest;
  };
}

/** The first place from this one on that is its own successor; shortens the ways it went. */
function firstFree(free: Int32Array, from: number): number {
  let found = from;
  while (free[found] !== found) found = free[found] ?? found;
  for (let place = from; place !== found;) {
    const next = free[place] ?? found;
    free[place] = found;
    place = next;
  }
  return found;
}

/** Tells whether an interval is covered once what is under way is loaded. To be asked in the order of the intervals. */
function createUnderWay({
  windows,
  underWay = [],
  now,
}: Parameters<typeof auditIntervals>[1]): (interval: DueInterval) => boolean {
  if (underWay.length === 0) return () => false;
  const loadedAt = toIso(now);
  const expected = underWay.map(({ start, end }) => ({ start, end: end ?? loadedAt, loadedAt }));
  const coveredAt = createCoverage([...windows, ...expected]);
  return (interval) => coveredAt(interval) < Infinity;
}

/** Tells whether an attempt at a part of the interval ended badly. To be asked in the order of the intervals. */
function createTried(attempts: readonly Attempt[]): (interval: DueInterval) => boolean {
  const undone = undoneBy(attempts).sort((a, b) => a.start - b.start);
  let next = 0;
  let reach = -Infinity;
  return ({ start, end }) => {
    for (let attempt = undone[next]; attempt !== undefined && attempt.start < end; attempt = undone[next]) {
      reach = Math.max(reach, attempt.end);
      next += 1;
    }
    return reach > start;
  };
}

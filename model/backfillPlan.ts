/** Which data intervals a backfill loads, by the rules of Airflow's reprocess behaviour. */
import { isCovered, overlaps } from './coverage.js';
import { toIso, toMillis, type Interval } from './interval.js';

/**
 * `none`: only intervals that never ran; `failed`: those that failed or are incomplete, too; `completed`: all.
 */
export const reprocessBehaviours = ['none', 'failed', 'completed'] as const;
export type ReprocessBehaviour = (typeof reprocessBehaviours)[number];

/** More than this many intervals would not fit into the state of one workflow. */
export const maxIntervals = 10_000;

export type IntervalState = 'completed' | 'failed' | 'none';

/** Cuts a span into data intervals; the last one may be shorter. Throws RangeError when there would be too many. */
export function dataIntervals(span: Interval, everyMillis: number): Interval[] {
  const [start, end] = [toMillis(span.start), toMillis(span.end)];
  const count = Math.ceil((end - start) / everyMillis);
  if (count > maxIntervals) {
    throw new RangeError(
      `${span.start} to ${span.end} has ${count} intervals; one backfill takes ${maxIntervals}: choose longer ` +
        'intervals or a shorter span.',
    );
  }
  return Array.from({ length: Math.max(0, count) }, (_, index) => ({
    start: toIso(start + index * everyMillis),
    end: toIso(Math.min(end, start + (index + 1) * everyMillis)),
  }));
}

/** What became of an interval: complete windows cover it, or an attempt at part of it ended badly, or neither. */
export function stateOf(
  interval: Interval,
  loaded: readonly Interval[],
  unfinished: readonly Interval[],
): IntervalState {
  if (isCovered(interval, loaded)) return 'completed';
  return unfinished.some((attempt) => overlaps(interval, attempt)) ? 'failed' : 'none';
}

export function isReprocessed(state: IntervalState, behaviour: ReprocessBehaviour): boolean {
  if (state === 'none') return true;
  return state === 'failed' ? behaviour !== 'none' : behaviour === 'completed';
}

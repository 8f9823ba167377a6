/** Consecutive intervals that are not loaded, as one gap with a sentence about why. */
import { leftUndone, type Attempt, type AuditedInterval } from './intervalAudit.js';
import { toIso, toMillis, type Interval } from './interval.js';

export interface IntervalGap extends Interval {
  state: 'failed' | 'missed';
  /** How many intervals of the schedule it is. */
  intervals: number;
  /** Why, as far as the warehouse can tell. */
  cause: string;
}

/** Messages of failures are cut after this many characters. */
const messageLength = 200;

interface Evidence {
  audited: readonly AuditedInterval[];
  attempts: readonly Attempt[];
  /** Where the stream begins, ISO 8601 UTC. */
  startFrom: string;
  everyMillis: number;
  now: number;
}

/** The gaps in the order of time; after `limit` of them only counted. */
export function findGaps(evidence: Evidence, limit: number): { gaps: IntervalGap[]; leftOut: number } {
  const runs = badRuns(evidence.audited);
  const gaps = runs.slice(0, limit).map(({ state, first, last, intervals }) => ({
    start: toIso(first.start),
    end: toIso(last.end),
    state,
    intervals,
    cause: causeOf({ state, first, last }, evidence),
  }));
  return { gaps, leftOut: runs.length - gaps.length };
}

interface BadRun {
  state: IntervalGap['state'];
  first: AuditedInterval;
  last: AuditedInterval;
  intervals: number;
}

function badRuns(audited: readonly AuditedInterval[]): BadRun[] {
  const runs: BadRun[] = [];
  let before: AuditedInterval['state'] | null = null;
  for (const interval of audited) {
    const { state } = interval;
    const last = runs.at(-1);
    if (state === 'failed' || state === 'missed') {
      if (last !== undefined && before === state)
        Object.assign(last, { last: interval, intervals: last.intervals + 1 });
      else runs.push({ state, first: interval, last: interval, intervals: 1 });
    }
    before = state;
  }
  return runs;
}

function causeOf(
  { state, first, last }: Pick<BadRun, 'state' | 'first' | 'last'>,
  { audited, attempts, startFrom, everyMillis, now }: Evidence,
): string {
  const isWithin = ({ start, end }: { start: number; end: number }) => start < last.end && end > first.start;
  if (state === 'failed') return failureOf(attempts.filter((attempt) => isWithin(leftUndone(attempt))));

  const due =
    first === last
      ? `at ${toIso(first.nominalAt)}`
      : `from ${toIso(first.nominalAt)} to ${toIso(last.nominalAt)}`;
  const stopped = attempts
    .filter(({ loadedThrough, end }) => loadedThrough !== null && loadedThrough < end)
    .find(({ loadedThrough, end }) => isWithin({ start: loadedThrough ?? end, end }));
  if (stopped !== undefined) {
    return `a run stopped at ${toIso(stopped.loadedThrough ?? stopped.end)} (soft deadline), and none went on from there`;
  }
  // Nothing after it until now is loaded either, or being loaded: whatever it was goes on.
  const isNew = ({ nominalAt }: AuditedInterval) => nominalAt + everyMillis > now;
  const reachesNow = audited.slice(-1).some(isNew);
  if (reachesNow && audited.findLast((each) => each.state !== 'pending' || !isNew(each)) === last) {
    return `no attempt was made ${due}, and none since: schedule paused or missing, cluster down or no worker`;
  }
  if (first.start === toMillis(startFrom)) {
    return `no attempt was made ${due}: the first run began later, or startFrom was moved back since`;
  }
  return `no attempt was made ${due}: schedule paused or missing, catch-up window exceeded or cluster down`;
}

function failureOf(failed: readonly Attempt[]): string {
  const [newest] = failed.toSorted((a, b) => b.endedAt - a.endedAt);
  if (newest === undefined) return 'an attempt ended badly';
  const attempts = failed.length === 1 ? '1 attempt' : `${failed.length} attempts, the last`;
  const message = (newest.message ?? '').replaceAll(/\s+/g, ' ').slice(0, messageLength);
  return `${attempts} ended ${newest.state} at ${toIso(newest.endedAt)}${message === '' ? '' : `: ${message}`}`;
}

/** What the warehouse tells about each configured stream. */
import { coveredThrough, isCovered } from '../model/coverage.js';
import { isEmpty, toIso, toMillis, type Interval } from '../model/interval.js';
import {
  auditIntervals,
  lastDueIntervals,
  leftUndone,
  toAttempt,
  type AuditedState,
  type IntervalSchedule,
} from '../model/intervalAudit.js';
import type { LoadedWindow, StreamRecord, Warehouse } from '../warehouses/warehouse.js';

export interface StreamToTell extends IntervalSchedule {
  connection: string;
  stream: string;
}

/** An interval of the stream's schedule. Times are ISO 8601 UTC. */
export interface ToldInterval extends Interval {
  nominalAt: string;
  state: AuditedState;
}

export interface StreamStatus {
  connection: string;
  stream: string;
  /** Exclusive end of what is loaded from startFrom on without a gap, ISO 8601 UTC; null before the first window. */
  loadedThrough: string | null;
  windows: number;
  batches: number;
  pages: number;
  requests: number;
  redacted: number;
  lastLoadAt: string | null;
  /** The newest intervals that were due, in order. */
  intervals: ToldInterval[];
  /** From what is loaded until now; null before the first window. */
  lagSeconds: number | null;
  /** The last attempt, when it ended badly; null when a later one ended well. */
  lastFailure: (Interval & { at: string; state: string; message: string | null }) | null;
  /** `coverage`: percent of what the source showed that the warehouse held; null when it showed none. */
  lastReconciliation: { at: string; coverage: number | null } | null;
  /** Pages that wait for someone to look at them. */
  openQuarantine: number;
}

export async function readStreamStatus(
  warehouse: Pick<Warehouse, 'loadedWindows' | 'quarantinedPages' | 'streamRecord'>,
  streams: readonly StreamToTell[],
  { intervals, now }: { intervals: number; now: number },
): Promise<StreamStatus[]> {
  const told: StreamStatus[] = [];
  for (const each of streams) {
    const { connection, stream } = each;
    const windows = await warehouse.loadedWindows(connection, stream);
    const record = await warehouse.streamRecord(connection, stream);
    const open = await warehouse.quarantinedPages(connection, stream, 'open');
    told.push(statusOf(each, { windows, record, openQuarantine: open.length }, intervals, now));
  }
  return told;
}

function statusOf(
  { connection, stream, ...schedule }: StreamToTell,
  read: { windows: readonly LoadedWindow[]; record: StreamRecord; openQuarantine: number },
  intervals: number,
  now: number,
): StreamStatus {
  const { attempts, ...totals } = read.record;
  const loadedThrough = coveredThrough(schedule.startFrom, read.windows);
  const audited = auditIntervals(lastDueIntervals(schedule, intervals, now), {
    everyMillis: schedule.everyMillis,
    windows: read.windows,
    attempts: attempts.map(toAttempt),
    now,
  });
  return {
    connection,
    stream,
    loadedThrough,
    ...totals,
    intervals: audited.map(({ nominalAt, start, end, state }) => ({
      nominalAt: toIso(nominalAt),
      start: toIso(start),
      end: toIso(end),
      state,
    })),
    lagSeconds: loadedThrough === null ? null : Math.round((now - toMillis(loadedThrough)) / 1_000),
    lastFailure: lastFailure(attempts, read.windows),
    openQuarantine: read.openQuarantine,
  };
}

/** Also a backfill settles it, once it has loaded what the attempt left undone. */
function lastFailure(
  attempts: StreamRecord['attempts'],
  windows: readonly LoadedWindow[],
): StreamStatus['lastFailure'] {
  const last = attempts.toSorted((a, b) => toMillis(a.ended_at) - toMillis(b.ended_at)).at(-1);
  if (last === undefined || last.state === 'completed') return null;
  const { interval_start: start, interval_end: end, ended_at: at, state, message } = last;
  const undone = leftUndone(toAttempt(last));
  const left = { start: toIso(undone.start), end: toIso(undone.end) };
  const before = windows.filter(({ loadedAt }) => toMillis(loadedAt) <= toMillis(at));
  if (!isEmpty(left) && isCovered(left, windows) && !isCovered(left, before)) return null;
  return { at, state, start, end, message };
}

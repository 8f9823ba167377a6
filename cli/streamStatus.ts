/** What the warehouse tells about each configured stream. Reads only; its schema stays as it is. */
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
import type { Row } from '../model/tables.js';
import type { LoadedWindow, Warehouse } from '../warehouses/warehouse.js';

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

/** What is asked of each table. A table may be missing: in a warehouse of an older version. */
const questions = {
  windows: {
    table: 'load_audit',
    sql: `
      SELECT connection, stream, window_start AS start, window_end AS "end", min(loaded_at) AS "loadedAt"
      FROM load_audit WHERE closes_window GROUP BY ALL`,
  },
  totals: {
    table: 'load_audit',
    sql: `
      SELECT connection, stream, count(*) FILTER (closes_window) AS windows, count(*) AS batches,
             sum(pages) AS pages, sum(requests) AS requests, sum(redacted) AS redacted,
             max(loaded_at) AS last_load_at
      FROM load_audit GROUP BY ALL`,
  },
  // Those that ended badly, and of those that ended well the last one.
  attempts: {
    table: 'interval_runs',
    sql: `
      SELECT connection, stream, state, interval_start, interval_end, loaded_through, ended_at, message
      FROM interval_runs
      QUALIFY state <> 'completed'
        OR row_number() OVER (PARTITION BY connection, stream, state = 'completed' ORDER BY ended_at DESC) = 1`,
  },
  reconciled: {
    table: 'reconciliations',
    sql: `
      SELECT connection, stream, max(reconciled_at) AS reconciled_at,
             100.0::DOUBLE * sum(source_count - missing) FILTER (basis = 'ids')
                 / nullif(sum(source_count) FILTER (basis = 'ids'), 0) AS coverage
      FROM (SELECT * FROM reconciliations
            QUALIFY reconciliation_id = first_value(reconciliation_id)
              OVER (PARTITION BY connection, stream ORDER BY reconciled_at DESC, reconciliation_id))
      GROUP BY connection, stream`,
  },
  quarantine: {
    table: 'quarantined_pages',
    sql: `
      SELECT connection, stream, count(*) AS open
      FROM quarantined_pages WHERE state = 'open' GROUP BY connection, stream`,
  },
} as const;

type Answers = Record<keyof typeof questions, readonly Record<string, unknown>[]>;

/** `warehouse` is null while there is none: then nothing was loaded yet. */
export async function readStreamStatus(
  warehouse: Warehouse | null,
  streams: readonly StreamToTell[],
  { intervals, now }: { intervals: number; now: number },
): Promise<StreamStatus[]> {
  const answers = warehouse === null ? noAnswers : await ask(warehouse);
  return streams.map((stream) => {
    const isOfStream = (row: Record<string, unknown>) =>
      row['connection'] === stream.connection && row['stream'] === stream.stream;
    return statusOf(
      stream,
      {
        windows: answers.windows.filter(isOfStream) as unknown as LoadedWindow[],
        totals: answers.totals.find(isOfStream),
        attempts: answers.attempts.filter(isOfStream) as unknown as EndedAttempt[],
        reconciled: answers.reconciled.find(isOfStream),
        quarantine: answers.quarantine.find(isOfStream),
      },
      intervals,
      now,
    );
  });
}

type EndedAttempt = Pick<
  Row<'interval_runs'>,
  'state' | 'interval_start' | 'interval_end' | 'loaded_through' | 'ended_at' | 'message'
>;

const noAnswers: Answers = { windows: [], totals: [], attempts: [], reconciled: [], quarantine: [] };

/** All in one query: the file is opened once, and everything is of the same moment. */
async function ask(warehouse: Warehouse): Promise<Answers> {
  const found = await warehouse.query(
    'SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()',
  );
  const names = new Set(found.map((row) => row['table_name']));
  const parts = Object.entries(questions)
    .filter(([, { table }]) => names.has(table))
    .map(([name, { sql }]) => `(SELECT list(answer) FROM (${sql}) AS answer) AS ${name}`);
  if (parts.length === 0) return noAnswers;
  const [answers] = await warehouse.query(`SELECT ${parts.join(', ')}`);
  // A list of no rows is null.
  const told = Object.entries(answers ?? {}).filter(([, rows]) => rows !== null);
  return { ...noAnswers, ...(Object.fromEntries(told) as Partial<Answers>) };
}

function statusOf(
  { connection, stream, ...schedule }: StreamToTell,
  read: {
    windows: readonly LoadedWindow[];
    totals: Record<string, unknown> | undefined;
    attempts: readonly EndedAttempt[];
    reconciled: Record<string, unknown> | undefined;
    quarantine: Record<string, unknown> | undefined;
  },
  intervals: number,
  now: number,
): StreamStatus {
  const loadedThrough = coveredThrough(schedule.startFrom, read.windows);
  const audited = auditIntervals(lastDueIntervals(schedule, intervals, now), {
    everyMillis: schedule.everyMillis,
    windows: read.windows,
    attempts: read.attempts.map(toAttempt),
    now,
  });
  return {
    connection,
    stream,
    loadedThrough,
    windows: Number(read.totals?.['windows'] ?? 0),
    batches: Number(read.totals?.['batches'] ?? 0),
    pages: Number(read.totals?.['pages'] ?? 0),
    requests: Number(read.totals?.['requests'] ?? 0),
    redacted: Number(read.totals?.['redacted'] ?? 0),
    lastLoadAt: textOrNull(read.totals?.['last_load_at']),
    intervals: audited.map(({ nominalAt, start, end, state }) => ({
      nominalAt: toIso(nominalAt),
      start: toIso(start),
      end: toIso(end),
      state,
    })),
    lagSeconds: loadedThrough === null ? null : Math.round((now - toMillis(loadedThrough)) / 1_000),
    lastFailure: lastFailure(read.attempts, read.windows),
    lastReconciliation: lastReconciliation(read.reconciled),
    openQuarantine: Number(read.quarantine?.['open'] ?? 0),
  };
}

/** Also a backfill settles it, once it has loaded what the attempt left undone. */
function lastFailure(
  attempts: readonly EndedAttempt[],
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

function lastReconciliation(row: Record<string, unknown> | undefined): StreamStatus['lastReconciliation'] {
  const at = textOrNull(row?.['reconciled_at']);
  if (at === null) return null;
  const coverage = row?.['coverage'];
  return { at, coverage: typeof coverage === 'number' ? coverage : null };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/**
 * Enumerations by aggregates jobs. Grouping by the id of records makes an aggregate a list of all that anything happened
 * to, deletions included; the asynchronous form has pages and no ceiling of groups.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { TidemarkError } from '../../../model/errors.js';
import { toIso, toMillis, type Interval } from '../../../model/interval.js';
import { emptyPage } from '../../emptyPage.js';
import type { ApiClient } from '../../http/apiClient.js';
import { isRefusal } from '../../http/refusal.js';
import type { CallContext, Cursor, RecordReference, SourcePage } from '../../source.js';
import {
  aggregateJobResultsSchema,
  jobSchema,
  jobStatusSchema,
  type AggregateResult,
} from './aggregateSchemas.js';
import { eventCursor, eventPosition, type EventPosition, type Ordered } from './cursor.js';

/** What is enumerated. */
export interface Enumeration {
  /** Path of the jobs. */
  jobsPath: string;
  /** What a job is asked for. `plain`: without what is only convenient, once the vendor has refused more. */
  question(plain: boolean): { groupBy: string[]; metrics: string[]; granularity?: string; filter?: object };
  /** What a group tells of a part of the window; nothing when it names no record. */
  references(result: AggregateResult, part: Interval): RecordReference[];
}

/** The longest interval asked for at once. The vendor publishes no maximum; a month is what analytics is known to take. */
export const longestAggregateMillis = 31 * 86_400_000;
/** The vendor publishes no maximum of a page of results; one that refuses the first is asked for the second. */
const resultsPageSize = { usual: 10_000, plain: 1_000 };
const firstWaitMillis = 250;
/** Doubling would sleep through the end of short jobs. */
const waitGrowth = 1.6;
const longestWaitMillis = 5_000;
const jobTimeoutMillis = 10 * 60_000;
/** As many jobs of one part may be lost; after that something is wrong that waiting does not mend. */
const lostJobs = 5;

/** Starts the job that the window begins with. */
export async function orderEnumeration(
  api: ApiClient,
  window: Interval,
  enumeration: Enumeration,
  context: CallContext,
): Promise<Ordered> {
  const part = partAt(window, { from: null });
  const jobId = await startJob(api, enumeration, part, { plain: false }, context);
  // Where the usual is refused, reading starts the plain one.
  return { jobId, plain: jobId === null };
}

/** Reads one page. `after`: where reading goes on behind the window's last; null for nowhere. */
export async function readEnumeration(
  api: ApiClient,
  window: Interval,
  { enumeration, after }: { enumeration: Enumeration; after: Cursor | null },
  cursor: Cursor,
  context: CallContext,
): Promise<SourcePage> {
  const { jobsPath } = enumeration;
  const position = eventPosition(cursor);
  const part = partAt(window, position);
  const jobId = position.jobId ?? (await startJob(api, enumeration, part, position, context));
  if (jobId === null) return goOnAt({ ...position, plain: true });
  const job = { jobsPath, jobId, ordered: position.jobId !== null };
  if (position.results === null && !(await isFulfilled(api, job, context))) return restart(position);
  const page = await api
    .find(
      {
        method: 'GET',
        path: `${jobsPath}/${encodeURIComponent(jobId)}/results`,
        query: { cursor: position.results ?? undefined },
        schema: aggregateJobResultsSchema,
        repeatable: true,
      },
      context,
    )
    .catch((error: unknown) => {
      throw withJob(error, jobId);
    });
  // The vendor has dropped the job: its results are asked for anew, and loading them twice changes nothing.
  if (page.data === null) return restart(position);
  return {
    records: [],
    references: (page.data.results ?? []).flatMap((result) => enumeration.references(result, part)),
    redacted: [],
    next: page.data.cursor
      ? eventCursor({ ...position, jobId, results: page.data.cursor })
      : afterPart(window, part, after, position),
  };
}

/** Results do not say which job they are of; it takes both to read on behind them. */
function withJob(error: unknown, jobId: string): unknown {
  if (!(error instanceof TidemarkError) || error.body === undefined) return error;
  return error.about({ jobId, results: error.body });
}

/** Behind results that cannot be used: on in the same job where its cursor can be read, else after the job's part. */
export function skipEnumerated(
  window: Interval,
  after: Cursor | null,
  cursor: Cursor,
  body: unknown,
): Cursor | null {
  const position = eventPosition(cursor);
  const unusable = unusableResults.safeParse(body).data;
  if (unusable === undefined || unusable.results.cursor === position.results) {
    return afterPart(window, partAt(window, position), after, position);
  }
  return eventCursor({ ...position, jobId: unusable.jobId, results: unusable.results.cursor });
}

const unusableResults = z.object({
  jobId: z.string().min(1),
  results: z.object({ cursor: z.string().min(1) }),
});

/** As much of a window, from the position on, as one job is asked for. */
function partAt(window: Interval, { from }: Pick<EventPosition, 'from'>): Interval {
  const start = from ?? toMillis(window.start);
  return {
    start: toIso(start),
    end: toIso(Math.min(toMillis(window.end), start + longestAggregateMillis)),
  };
}

function afterPart(window: Interval, part: Interval, after: Cursor | null, position: EventPosition) {
  if (part.end === toIso(toMillis(window.end))) return after;
  return eventCursor({ ...anew(position), lost: 0, from: toMillis(part.end) });
}

const anew = (position: EventPosition): EventPosition => ({ ...position, jobId: null, results: null });

function restart(position: EventPosition): SourcePage {
  if (position.lost < lostJobs) return goOnAt({ ...anew(position), lost: position.lost + 1 });
  throw new TidemarkError(
    'UpstreamUnavailable',
    `${lostJobs + 1} aggregates jobs in a row failed, or were cancelled, expired or dropped before their results were read.`,
    { remedy: 'Another job is started with the next attempt.' },
  );
}

const goOnAt = (position: EventPosition): SourcePage => emptyPage(eventCursor(position));

/** Null when the vendor refuses large pages, or what is only convenient. */
async function startJob(
  api: ApiClient,
  { jobsPath, question }: Enumeration,
  part: Interval,
  { plain }: Pick<Ordered, 'plain'>,
  context: CallContext,
): Promise<string | null> {
  try {
    const { data } = await api.call(
      {
        method: 'POST',
        path: jobsPath,
        body: {
          interval: `${part.start}/${part.end}`,
          alternateTimeDimension: 'eventTime',
          ...question(plain),
          pageSize: plain ? resultsPageSize.plain : resultsPageSize.usual,
        },
        schema: jobSchema,
        // A job that is started twice costs a job and changes nothing.
        repeatable: true,
      },
      context,
    );
    return data.jobId;
  } catch (error) {
    if (!plain && error instanceof TidemarkError && error.status === 400) return null;
    throw error;
  }
}

/**
 * Waits for a job; false when it is lost and has to be started again.
 * @param ordered it is mostly done, and the next attempt would find the same
 */
async function isFulfilled(
  api: ApiClient,
  { jobsPath, jobId, ordered }: { jobsPath: string; jobId: string; ordered: boolean },
  context: CallContext,
): Promise<boolean> {
  const deadline = Date.now() + jobTimeoutMillis;
  for (let wait = ordered ? 0 : firstWaitMillis; ; wait = nextWait(wait)) {
    await sleep(wait, undefined, { signal: context.signal });
    const { data } = await api
      .find(
        {
          method: 'GET',
          path: `${jobsPath}/${encodeURIComponent(jobId)}`,
          schema: jobStatusSchema,
          repeatable: true,
        },
        context,
      )
      .catch((error: unknown) => {
        // It may be of long ago, or of a client before this one.
        if (ordered && isRefusal(error)) return { data: null };
        throw error;
      });
    if (data === null || data.state === 'EXPIRED' || data.state === 'CANCELLED') return false;
    if (data.state === 'FULFILLED') return true;
    if (data.state === 'FAILED' || Date.now() > deadline) {
      if (ordered) return false;
      throw new TidemarkError(
        'UpstreamUnavailable',
        `Aggregates job ${jobId} is ${data.state}${data.errorMessage ? `: ${data.errorMessage}` : ''}.`,
        { remedy: 'The job is started again with the next attempt.' },
      );
    }
  }
}

const nextWait = (wait: number) => Math.min(Math.max(wait * waitGrowth, firstWaitMillis), longestWaitMillis);

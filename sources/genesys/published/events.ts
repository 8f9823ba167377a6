/**
 * Data events of a window, from an aggregates job: every evaluation that anything happened to, deletions included.
 * Grouping by evaluation makes an aggregate an enumeration; the asynchronous form has pages and no ceiling of groups.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { TidemarkError } from '../../../model/errors.js';
import { toIso, toMillis, type Interval } from '../../../model/interval.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, RecordReference, SourcePage } from '../../source.js';
import { afterPass, eventCursor, eventPosition, type EventPosition } from './cursor.js';
import type { EventPass } from './passes.js';
import { aggregateJobResultsSchema, jobSchema, jobStatusSchema, type AggregateResult } from './schemas.js';

const jobsPath = '/api/v2/analytics/evaluations/aggregates/jobs';
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

export async function readEventPage(
  api: ApiClient,
  window: Interval,
  pass: EventPass,
  cursor: Parameters<typeof eventPosition>[0],
  context: CallContext,
): Promise<SourcePage> {
  const position = eventPosition(cursor);
  const part = partAt(window, position);
  const jobId = position.jobId ?? (await startJob(api, part, position, context));
  if (jobId === null) return goOnAt({ ...position, plain: true });
  if (position.results === null && !(await isFulfilled(api, jobId, context))) return restart(position);
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
    references: (page.data.results ?? []).flatMap((result) => toReferences(result, part)),
    redacted: [],
    next: page.data.cursor
      ? eventCursor({ ...position, jobId, results: page.data.cursor })
      : afterPart(window, part, pass, position),
  };
}

/** Results do not say which job they are of; it takes both to read on behind them. */
function withJob(error: unknown, jobId: string): unknown {
  if (!(error instanceof TidemarkError) || error.body === undefined) return error;
  return error.about({ jobId, results: error.body });
}

/** Behind results that cannot be used: on in the same job where its cursor can be read, else after the job's part. */
export function skipEventPage(
  window: Interval,
  pass: EventPass,
  cursor: Parameters<typeof eventPosition>[0],
  body: unknown,
): SourcePage['next'] {
  const position = eventPosition(cursor);
  const unusable = unusableResults.safeParse(body).data;
  if (unusable === undefined || unusable.results.cursor === position.results) {
    return afterPart(window, partAt(window, position), pass, position);
  }
  return eventCursor({ ...position, jobId: unusable.jobId, results: unusable.results.cursor });
}

const unusableResults = z.object({
  jobId: z.string().min(1),
  results: z.object({ cursor: z.string().min(1) }),
});

/** As much of a window, from the position on, as one job is asked for. */
function partAt(window: Interval, { from }: EventPosition): Interval {
  const start = from ?? toMillis(window.start);
  return {
    start: toIso(start),
    end: toIso(Math.min(toMillis(window.end), start + longestAggregateMillis)),
  };
}

function afterPart(window: Interval, part: Interval, pass: EventPass, position: EventPosition) {
  if (part.end === toIso(toMillis(window.end))) return afterPass(pass);
  return eventCursor({ ...anew(position), lost: 0, from: toMillis(part.end) });
}

const anew = (position: EventPosition): EventPosition => ({ ...position, jobId: null, results: null });

function restart(position: EventPosition): SourcePage {
  if (position.lost < lostJobs) return goOnAt({ ...anew(position), lost: position.lost + 1 });
  throw new TidemarkError(
    'UpstreamUnavailable',
    `${lostJobs + 1} aggregates jobs in a row were cancelled, expired or dropped before their results were read.`,
    { remedy: 'Another job is started with the next attempt.' },
  );
}

const goOnAt = (position: EventPosition): SourcePage => ({
  records: [],
  references: [],
  redacted: [],
  next: eventCursor(position),
});

/**
 * Null when the vendor refuses large pages, or to tell calibrations apart, too. What is missing without that are
 * calibrations whose scorecards were deleted; the others are known from the scorecards themselves.
 */
async function startJob(
  api: ApiClient,
  part: Interval,
  { plain }: EventPosition,
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
          groupBy: ['evaluationId', 'conversationId', ...(plain ? [] : ['calibrationId'])],
          metrics: ['nEvaluations', 'nEvaluationsRescored', 'nEvaluationsDeleted'],
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

/** Waits for a job; false when it is lost and has to be started again. */
async function isFulfilled(api: ApiClient, jobId: string, context: CallContext): Promise<boolean> {
  const deadline = Date.now() + jobTimeoutMillis;
  for (let wait = firstWaitMillis; ; wait = Math.min(wait * waitGrowth, longestWaitMillis)) {
    await sleep(wait, undefined, { signal: context.signal });
    const { data } = await api.find(
      {
        method: 'GET',
        path: `${jobsPath}/${encodeURIComponent(jobId)}`,
        schema: jobStatusSchema,
        repeatable: true,
      },
      context,
    );
    if (data === null || data.state === 'EXPIRED' || data.state === 'CANCELLED') return false;
    if (data.state === 'FULFILLED') return true;
    if (data.state === 'FAILED' || Date.now() > deadline) {
      throw new TidemarkError(
        'UpstreamUnavailable',
        `Aggregates job ${jobId} is ${data.state}${data.errorMessage ? `: ${data.errorMessage}` : ''}.`,
        { remedy: 'The job is started again with the next attempt.' },
      );
    }
  }
}

function toReferences(result: AggregateResult, part: Interval): RecordReference[] {
  const { evaluationId, conversationId, calibrationId } = result.group ?? {};
  if (!evaluationId) return [];
  const deleted = countOf(result, 'nEvaluationsDeleted') > 0;
  const event: RecordReference = {
    kind: 'evaluation',
    id: evaluationId,
    // Without the conversation it cannot be read by id. Kept all the same: mostly a list has shown the record.
    locator: conversationId ?? '',
    // Only the span is known, not the moment in it: a copy read after its end is new enough.
    changedAt: part.end,
    isAutomated: null,
    reason: deleted ? 'deleted-event' : 'event',
  };
  if (!calibrationId) return [event];
  // A calibration goes with the last of its scorecards, and nothing else tells of it.
  const reason = deleted ? 'deleted-event' : 'calibration';
  return [event, { ...event, kind: 'calibration', id: calibrationId, reason }];
}

export function countOf(result: AggregateResult, metric: string): number {
  return (result.data ?? [])
    .flatMap(({ metrics }) => metrics ?? [])
    .filter((each) => each.metric === metric)
    .reduce((sum, { stats }) => sum + (stats?.count ?? 0), 0);
}

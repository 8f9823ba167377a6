/**
 * Data events of a window, from an aggregates job: every evaluation that anything happened to, deletions included.
 * Grouping by evaluation makes an aggregate an enumeration; the asynchronous form has pages and no ceiling of groups.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { TidemarkError } from '../../../model/errors.js';
import type { Interval } from '../../../model/interval.js';
import type { ApiClient } from '../../http/apiClient.js';
import type { CallContext, RecordReference, SourcePage } from '../../source.js';
import { afterPass, eventCursor, eventPosition } from './cursor.js';
import type { EventPass } from './passes.js';
import { aggregateJobResultsSchema, jobSchema, jobStatusSchema, type AggregateResult } from './schemas.js';

const jobsPath = '/api/v2/analytics/evaluations/aggregates/jobs';
const resultsPageSize = 1_000;
const firstWaitMillis = 400;
const longestWaitMillis = 5_000;
const jobTimeoutMillis = 10 * 60_000;

export async function readEventPage(
  api: ApiClient,
  window: Interval,
  pass: EventPass,
  cursor: Parameters<typeof eventPosition>[0],
  context: CallContext,
): Promise<SourcePage> {
  const position = eventPosition(cursor);
  const jobId = position.jobId ?? (await startJob(api, window, context));
  if (position.results === null && !(await isFulfilled(api, jobId, context))) return restart(pass);
  const page = await api.find(
    {
      method: 'GET',
      path: `${jobsPath}/${encodeURIComponent(jobId)}/results`,
      query: { cursor: position.results ?? undefined },
      schema: aggregateJobResultsSchema,
      repeatable: true,
    },
    context,
  );
  // The vendor has dropped the job: its results are asked for anew, and loading them twice changes nothing.
  if (page.data === null) return restart(pass);
  return {
    records: [],
    references: (page.data.results ?? []).flatMap((result) => toReferences(result, window)),
    redacted: [],
    next: page.data.cursor
      ? eventCursor({ pass: pass.name, jobId, results: page.data.cursor })
      : afterPass(pass),
  };
}

function restart(pass: EventPass): SourcePage {
  return {
    records: [],
    references: [],
    redacted: [],
    next: eventCursor({ pass: pass.name, jobId: null, results: null }),
  };
}

async function startJob(api: ApiClient, window: Interval, context: CallContext): Promise<string> {
  const { data } = await api.call(
    {
      method: 'POST',
      path: jobsPath,
      body: {
        interval: `${window.start}/${window.end}`,
        alternateTimeDimension: 'eventTime',
        groupBy: ['evaluationId', 'conversationId', 'calibrationId'],
        metrics: ['nEvaluations', 'nEvaluationsRescored', 'nEvaluationsDeleted'],
        pageSize: resultsPageSize,
      },
      schema: jobSchema,
      // A job that is started twice costs a job and changes nothing.
      repeatable: true,
    },
    context,
  );
  return data.jobId;
}

/** Waits for a job; false when it is lost and has to be started again. */
async function isFulfilled(api: ApiClient, jobId: string, context: CallContext): Promise<boolean> {
  const deadline = Date.now() + jobTimeoutMillis;
  for (let wait = firstWaitMillis; ; wait = Math.min(wait * 2, longestWaitMillis)) {
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

function toReferences(result: AggregateResult, window: Interval): RecordReference[] {
  const { evaluationId, conversationId, calibrationId } = result.group ?? {};
  if (evaluationId === undefined || conversationId === undefined) return [];
  const deleted = countOf(result, 'nEvaluationsDeleted') > 0;
  const event: RecordReference = {
    kind: 'evaluation',
    id: evaluationId,
    locator: conversationId,
    // Only the window is known, not the moment in it: a copy read after its end is new enough.
    changedAt: window.end,
    isAutomated: null,
    reason: deleted ? 'deleted-event' : 'event',
  };
  if (calibrationId === undefined) return [event];
  return [event, { ...event, kind: 'calibration', id: calibrationId, reason: 'calibration' }];
}

export function countOf(result: AggregateResult, metric: string): number {
  return (result.data ?? [])
    .flatMap(({ metrics }) => metrics ?? [])
    .filter((each) => each.metric === metric)
    .reduce((sum, { stats }) => sum + (stats?.count ?? 0), 0);
}

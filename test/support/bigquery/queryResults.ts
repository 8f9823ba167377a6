/** The answer to jobs.query and jobs.getQueryResults. */
import { setTimeout as delay } from 'node:timers/promises';
import { BigqueryError, type Reason } from './errors.js';
import { answering } from './jobResources.js';
import type { Job, Jobs } from './jobs.js';
import { affectedRows } from './script.js';
import { wireRows } from './wire.js';

export interface WantedResults {
  /** How long to wait for the job, in milliseconds; ten seconds at most. */
  timeoutMs: number;
  /** Row to start with, from 0. */
  start: number;
  maxResults: number | undefined;
  /** Timestamps as microseconds in whole numbers, or else as seconds with a fraction. */
  int64Timestamps: boolean;
}

/** Throws the error that the job ended with. */
export async function queryResults(
  projectId: string,
  jobs: Jobs,
  job: Job,
  wanted: WantedResults,
): Promise<unknown> {
  const jobReference = { projectId, jobId: job.id, location: job.location };
  if (jobs.poll(job) === 'RUNNING') {
    if (job.pollsLeft > 0)
      return { kind: 'bigquery#getQueryResultsResponse', jobReference, jobComplete: false };
    await Promise.race([job.settled, delay(Math.min(wanted.timeoutMs, 10_000), undefined, { ref: false })]);
    if (job.state !== 'DONE')
      return { kind: 'bigquery#getQueryResultsResponse', jobReference, jobComplete: false };
  }
  if (job.error !== undefined) throw new BigqueryError(job.error.reason as Reason, job.error.message);
  const last = answering(job);
  const end = wanted.maxResults === undefined ? Infinity : wanted.start + wanted.maxResults;
  const total = last?.rows?.rows.length ?? 0;
  return {
    kind: 'bigquery#getQueryResultsResponse',
    jobReference,
    jobComplete: true,
    cacheHit: false,
    totalBytesProcessed: String(job.results.reduce((sum, { bytesProcessed }) => sum + bytesProcessed, 0)),
    ...(last?.dml === undefined ? {} : { numDmlAffectedRows: String(affectedRows(last.dml)) }),
    totalRows: String(total),
    schema: { fields: last?.rows?.fields ?? [] },
    ...(last?.rows === undefined
      ? {}
      : {
          rows: wireRows(last.rows.fields, last.rows.rows.slice(wanted.start, end), wanted.int64Timestamps),
        }),
    ...(end < total ? { pageToken: String(end) } : {}),
  };
}

/** Jobs that are done once, whatever happens to requests, workers and the jobs themselves in between. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BigQuery, JobMetadata } from '@google-cloud/bigquery';
import pRetry from 'p-retry';
import { unlessAborted } from '../../model/waiting.js';
import { isAcceptedJob, isDuplicate, isNotFound, isTransient, JobFailed } from './failures.js';

export interface Work {
  /**
   * Begins the ids of its jobs: letters, digits, `_` and `-`. The same for the same work in every attempt and
   * process, because BigQuery takes an id once and so lets no two of them run.
   */
  name: string;
  /** Sends the job; resolves when BigQuery has accepted it. */
  insert(jobId: string): Promise<unknown>;
  /** What is wrong with what a job left that ended well; undefined when nothing is. */
  complaint?(ended: JobMetadata): Promise<string | undefined>;
}

/** Within one attempt; after that it is for the caller's retry policy, which waits longer. */
const repetitions = 3;
const firstPauseMillis = 500;
const polling = { firstMillis: 50, factor: 1.5, mostMillis: 5_000 };

/**
 * Runs a piece of work as a job, or takes up the job that does it already. A failed job keeps its id, so the next
 * one gets the next number; it begins only when the one before has ended.
 * Throws JobFailed, or what the client threw. When the signal is aborted the job is cancelled.
 */
export async function runJob(bigquery: BigQuery, work: Work, signal: AbortSignal): Promise<JobMetadata> {
  let failures = 0;
  for (let generation = 0; ; generation += 1) {
    const jobId = `${work.name}_${generation}`;
    const { metadata, earlier } = await carryOut(bigquery, work, jobId, signal);
    const failed = metadata.status?.errorResult ?? undefined;
    const complaint = failed === undefined ? await work.complaint?.(metadata) : undefined;
    if (failed === undefined && complaint === undefined) return metadata;
    // What made an earlier attempt fail may have been mended since.
    if (earlier) continue;
    failures += 1;
    const error = new JobFailed(failed?.reason ?? 'invalid', failed?.message ?? complaint ?? '', jobId);
    if (failures > repetitions || (complaint === undefined && !isTransient(error))) throw error;
    await sleep(firstPauseMillis * 2 ** (failures - 1) * (0.5 + Math.random()), undefined, { signal });
  }
}

interface Ended {
  metadata: JobMetadata;
  /** It had ended before this attempt asked for it. */
  earlier: boolean;
}

async function carryOut(bigquery: BigQuery, work: Work, jobId: string, signal: AbortSignal): Promise<Ended> {
  for (let lost = 0; ; lost += 1) {
    const taken = await insert(work, jobId, signal);
    const ended = await waitFor(bigquery, jobId, signal);
    if (ended !== undefined) return { metadata: ended.metadata, earlier: taken && !ended.waited };
    if (lost === repetitions)
      throw new JobFailed('backendError', `Job ${jobId} was accepted and lost.`, jobId);
    await sleep(firstPauseMillis * 2 ** lost, undefined, { signal });
  }
}

/** True when there was a job of this id. A request without an answer is repeated: it may have been accepted. */
async function insert(work: Work, jobId: string, signal: AbortSignal): Promise<boolean> {
  return patiently(signal, async () => {
    try {
      await work.insert(jobId);
      return false;
    } catch (error) {
      if (isAcceptedJob(error)) return false;
      if (isDuplicate(error)) return true;
      throw error;
    }
  });
}

/** Waits for the end of a job; undefined when BigQuery does not know it. */
async function waitFor(
  bigquery: BigQuery,
  jobId: string,
  signal: AbortSignal,
): Promise<{ metadata: JobMetadata; waited: boolean } | undefined> {
  const job = bigquery.job(jobId);
  try {
    for (let millis = polling.firstMillis, waited = false; ; waited = true) {
      const [metadata] = (await patiently(signal, async () => job.getMetadata())) as [JobMetadata, unknown];
      if (metadata.status?.state === 'DONE') return { metadata, waited };
      await sleep(millis, undefined, { signal });
      millis = Math.min(millis * polling.factor, polling.mostMillis);
    }
  } catch (error) {
    if (isNotFound(error)) return undefined;
    if (!signal.aborted) throw error;
    // If this fails the job ends by itself; the next attempt finds it by its id.
    await job.cancel().catch(() => undefined);
    throw signal.reason;
  }
}

/** Repeats a request as long as what stops it may pass in seconds; an abort does not wait for its answer. */
export async function patiently<T>(signal: AbortSignal, request: () => Promise<T>): Promise<T> {
  return unlessAborted(
    pRetry(request, {
      retries: repetitions,
      minTimeout: firstPauseMillis,
      factor: 2,
      randomize: true,
      signal,
      shouldRetry: ({ error }) => isTransient(error),
    }),
    signal,
  );
}

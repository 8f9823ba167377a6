import { randomUUID } from 'node:crypto';
import type { VirtualClock } from '../../clock.js';
import { ApiError, notFound } from '../../common/apiError.js';
import { formatInstant } from '../../common/instants.js';
import { readCursor, writeCursor } from './listing.js';

/** The states an asynchronous query passes through. */
type JobState = 'QUEUED' | 'PENDING' | 'FULFILLED' | 'CANCELLED';

interface Job {
  clientId: string;
  kind: string;
  state: JobState;
  submittedAt: number;
  completedAt?: number;
  pageSize: number;
  /** Run when the job comes due, not when it is asked for: results are those of that moment. */
  run: () => readonly unknown[];
  results?: readonly unknown[];
}

/** Jobs beyond this many are forgotten, oldest first. */
const jobsKept = 200;

/** A week: how long the vendor keeps results is not published. */
const keptMs = 7 * 86_400_000;

/** So long a query takes that nobody looks at, in real milliseconds. */
const ownPaceMs = 1_000;

/**
 * Asynchronous queries, made in a while by themselves. Each look at one moves it on a step as well, so that a client has
 * to poll as it would in earnest, and a test need not wait.
 */
export class Jobs {
  readonly #jobs = new Map<string, Job>();

  constructor(private readonly clock: VirtualClock) {}

  /** Takes a query on and gives its id. */
  submit(clientId: string, kind: string, pageSize: number, run: Job['run']): { jobId: string } {
    const jobId = randomUUID();
    const job: Job = { clientId, kind, state: 'QUEUED', submittedAt: this.clock.now(), pageSize, run };
    this.#jobs.set(jobId, job);
    setTimeout(() => this.#finishUnseen(job), ownPaceMs).unref();
    const oldest = this.#jobs.keys().next().value;
    if (this.#jobs.size > jobsKept && oldest !== undefined) this.#jobs.delete(oldest);
    return { jobId };
  }

  /** The state of a job, as `AsyncQueryStatus`. */
  status(clientId: string, kind: string, jobId: string) {
    const job = this.#find(clientId, kind, jobId);
    const { state } = job;
    this.#moveOn(job);
    return {
      state,
      submissionDate: formatInstant(job.submittedAt),
      expirationDate: formatInstant(job.submittedAt + keptMs),
      ...(state === 'FULFILLED' && job.completedAt !== undefined
        ? { completionDate: formatInstant(job.completedAt) }
        : {}),
    };
  }

  /** A page of results; the cursor is absent from the last one. */
  results(clientId: string, kind: string, jobId: string, cursor: string | undefined, pageSize?: number) {
    const job = this.#find(clientId, kind, jobId);
    if (job.state !== 'FULFILLED' || job.results === undefined) {
      throw new ApiError(
        400,
        'bad.request',
        `The results of job [${jobId}] are not available: it is ${job.state}.`,
      );
    }
    const start = cursor === undefined ? 0 : readCursor(cursor);
    if (Number.isNaN(start))
      throw new ApiError(400, 'invalid.cursor', `The cursor [${cursor}] is not valid.`);
    const end = start + (pageSize ?? job.pageSize);
    return {
      items: job.results.slice(start, end),
      ...(end < job.results.length ? { cursor: writeCursor(end) } : {}),
    };
  }

  /** Cancels a job that has not ended, and forgets one that has. */
  cancel(clientId: string, kind: string, jobId: string): void {
    const job = this.#find(clientId, kind, jobId);
    job.state = 'CANCELLED';
    delete job.results;
  }

  #moveOn(job: Job): void {
    if (job.state === 'QUEUED') job.state = 'PENDING';
    else this.#finish(job);
  }

  #finish(job: Job): void {
    if (job.state !== 'QUEUED' && job.state !== 'PENDING') return;
    job.results = job.run();
    job.completedAt = this.clock.now();
    job.state = 'FULFILLED';
  }

  #finishUnseen(job: Job): void {
    try {
      this.#finish(job);
    } catch {
      // What is wrong with the query is told to whoever looks.
    }
  }

  #find(clientId: string, kind: string, jobId: string): Job {
    const job = this.#jobs.get(jobId);
    if (job === undefined || job.clientId !== clientId || job.kind !== kind) throw notFound('job', jobId);
    return job;
  }
}

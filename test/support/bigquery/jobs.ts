/** Jobs: taken in once for each id and location, run one after another, kept with what became of them. */
import { randomUUID } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import { BigqueryError, notFound, asBigqueryError, type ErrorProto } from './errors.js';
import type { FaultKind } from './faults.js';
import type { LoadStatistics } from './loadJob.js';
import type { JobBody } from './requests.js';
import type { StatementResult } from './script.js';

export interface Job {
  id: string;
  location: string;
  type: 'query' | 'load';
  configuration: JobBody['configuration'];
  state: 'RUNNING' | 'DONE';
  error?: ErrorProto | undefined;
  results: StatementResult[];
  load?: LoadStatistics | undefined;
  parentId?: string | undefined;
  createdAt: number;
  startedAt?: number;
  endedAt?: number;
  /** How often it must still be asked about before it says that it is done. */
  pollsLeft: number;
  /** Accepted and run, but nobody finds it again. */
  lost: boolean;
  cancelled: boolean;
  /** Resolves when it is done; never rejects. */
  settled: Promise<void>;
}

/** What a job does, on a connection of its own; it adds to `job` what there is to tell. */
export type JobWork = (connection: DuckDBConnection, job: Job) => Promise<void>;

export interface NewJob {
  id?: string | undefined;
  location: string;
  type: Job['type'];
  configuration: Job['configuration'];
  fault: FaultKind | undefined;
  work: JobWork;
}

/** Where a job is looked for when the request does not say. */
const searched = ['US', 'EU'];

export class Jobs {
  readonly #jobs = new Map<string, Job>();
  #queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly projectId: string,
    private readonly connect: () => Promise<DuckDBConnection>,
  ) {}

  all(): Job[] {
    return [...this.#jobs.values()];
  }

  /** Takes a job in and starts it. Throws duplicate when the id is taken, whatever became of its job. */
  start({ id = `job_${randomUUID()}`, location, type, configuration, fault, work }: NewJob): Job {
    if (!/^[\w-]{1,1024}$/.test(id)) throw new BigqueryError('invalid', `Invalid job ID "${id}"`);
    const key = keyOf(location, id);
    if (this.#jobs.has(key)) {
      throw new BigqueryError('duplicate', `Already Exists: Job ${this.projectId}:${location}.${id}`);
    }
    const job: Job = {
      id,
      location,
      type,
      configuration,
      state: 'RUNNING',
      results: [],
      createdAt: Date.now(),
      pollsLeft: fault?.kind === 'slowJob' ? fault.polls : 0,
      lost: fault?.kind === 'lostJob',
      cancelled: false,
      settled: Promise.resolve(),
    };
    this.#jobs.set(key, job);
    job.settled = this.#queue.then(() => this.#run(job, fault, work));
    this.#queue = job.settled;
    return job;
  }

  find(id: string, location: string | undefined): Job {
    const places = location === undefined ? searched : [location.toUpperCase()];
    for (const place of places) {
      const job = this.#jobs.get(keyOf(place, id));
      if (job !== undefined && !job.lost) return job;
    }
    throw notFound(`Job ${this.projectId}:${id}`);
  }

  /** The state that a poll sees; a slow job counts it. */
  poll(job: Job): Job['state'] {
    if (job.pollsLeft > 0) {
      job.pollsLeft -= 1;
      return 'RUNNING';
    }
    return job.state;
  }

  /** Waits for all that was taken in. */
  idle(): Promise<void> {
    return this.#queue;
  }

  async #run(job: Job, fault: FaultKind | undefined, work: JobWork): Promise<void> {
    job.startedAt = Date.now();
    try {
      if (job.cancelled)
        throw new BigqueryError('stopped', 'Job execution was cancelled: User requested cancellation');
      if (fault?.kind === 'jobError') throw new BigqueryError(fault.reason, fault.message);
      const connection = await this.connect();
      try {
        await work(connection, job);
      } finally {
        connection.closeSync();
      }
      if (fault?.kind === 'outputRows' && job.load !== undefined) job.load.outputRows += fault.by;
    } catch (error) {
      job.error = asBigqueryError(error).proto();
    }
    job.endedAt = Date.now();
    job.state = 'DONE';
    this.#addChildren(job);
  }

  /** Each statement of a script is a job of its own, except those that only steer a transaction. */
  #addChildren(job: Job): void {
    if (job.results.length < 2) return;
    const own = job.results.filter(({ statementType }) => !statementType.endsWith('_TRANSACTION'));
    for (const [index, result] of own.entries()) {
      const id = `script_job_${job.id}_${index}`;
      const child: Job = {
        ...job,
        id,
        parentId: job.id,
        configuration: { query: { query: result.text, useLegacySql: false } },
        error: undefined,
        results: [result],
        startedAt: result.start,
        endedAt: result.end,
      };
      this.#jobs.set(keyOf(job.location, id), child);
    }
  }
}

const keyOf = (location: string, id: string) => `${location.toUpperCase()}.${id}`;

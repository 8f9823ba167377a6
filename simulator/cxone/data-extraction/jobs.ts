/** The jobs of the tenant: one at a time, some seconds apart, and what becomes of each. */
import { randomUUID } from 'node:crypto';
import type { VirtualClock } from '../../clock.js';
import { dayMs } from '../../common/instants.js';
import type { Viewer } from '../../organisation/organisation.js';
import { forbidden } from './errors.js';
import { fateOf, type Fate, type FatePlan } from './jobFates.js';
import type { JobRequest } from './jobRequest.js';
import type { ExtractionSettings } from './settings.js';

export type JobStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED' | 'EXPIRED';

export interface Job {
  id: string;
  request: JobRequest;
  /** What whoever asked for it may see. */
  viewer: Viewer;
  /** By the organisation's clock, epoch milliseconds. */
  submittedAt: number;
  /** By the steady clock, milliseconds. */
  startedAt: number;
  fate: Fate;
}

/** Files are kept for so long. */
const keptMs = dayMs;

export class ExtractionJobs {
  #jobs = new Map<string, Job>();
  #plans: FatePlan[] = [];
  #lastSubmission: number | undefined;
  readonly #finishedAt = new Map<string, number>();

  constructor(
    private readonly clock: VirtualClock,
    private readonly settings: ExtractionSettings,
  ) {}

  /** @throws ApiError 403 while another runs, or too soon after the last submission */
  submit(request: JobRequest, viewer: Viewer): Job {
    const now = this.clock.elapsed();
    const sinceLast = now - (this.#lastSubmission ?? -Infinity);
    const isBusy = [...this.#jobs.values()].some((job) => now < this.#endOf(job));
    if (isBusy || sinceLast < this.settings.jobIntervalSeconds * 1_000) throw forbidden();
    this.#lastSubmission = now;
    const submittedAt = this.clock.now();
    const fate = fateOf(this.#plans, request, submittedAt);
    const job = { id: randomUUID(), request, viewer, submittedAt, startedAt: now, fate };
    this.#jobs.set(job.id, job);
    return job;
  }

  /** Undefined for ids that nobody knows, those of lost jobs among them. */
  find(id: string): Job | undefined {
    const job = this.#jobs.get(id);
    return job?.fate.outcome === 'lost' ? undefined : job;
  }

  /** In the order of their submission. */
  all(): Job[] {
    return [...this.#jobs.values()];
  }

  statusOf(job: Job): JobStatus {
    const now = this.clock.elapsed();
    if (now < this.#endOf(job)) return 'RUNNING';
    if (job.fate.outcome === 'expired' || now >= job.startedAt + keptMs) return 'EXPIRED';
    if (job.fate.outcome === 'failed') return 'FAILED';
    return job.fate.outcome === 'cancelled' ? 'CANCELLED' : 'SUCCEEDED';
  }

  /** The organisation's time at which a job that is done ended, epoch milliseconds: what its file shows. */
  finishedAt(job: Job): number {
    // A clock that stands still, or went back, has not come to that time.
    const finished =
      this.#finishedAt.get(job.id) ??
      Math.min(job.submittedAt + this.settings.jobDurationSeconds * 1_000, this.clock.now());
    this.#finishedAt.set(job.id, finished);
    return finished;
  }

  /** Says what becomes of jobs from now on; the first plan that fits decides. */
  plan(plan: FatePlan): void {
    this.#plans.push(plan);
  }

  plans(): readonly FatePlan[] {
    return this.#plans;
  }

  forgetPlans(): number {
    return this.#plans.splice(0).length;
  }

  #endOf(job: Job): number {
    return job.startedAt + this.settings.jobDurationSeconds * 1_000;
  }
}
